/** Makes rotated.pdf, scan.pdf (pictures only), password.pdf and corrupt.pdf. Needs qpdf and poppler's pdftoppm. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert, document, heading, paragraph, SAMPLES } from './fodt.mjs';

const folder = mkdtempSync(join(tmpdir(), 'broken-'));
const sample = (name) => join(SAMPLES, name);
const qpdf = (...args) => execFileSync('qpdf', args);

const rotated = [
  heading(1, 'Timetable of the Gantry Hill funicular'),
  paragraph('The first car leaves the valley station at 6.12 a.m. and the last one at 11.48 p.m.'),
  paragraph('The track rises 214 metres over a length of 655 metres.'),
  heading(1, 'Maintenance days', { breakBefore: true }),
  paragraph('The funicular stands still from 4 to 22 November, when the haul rope is replaced by the firm of Gebhardt & Lunn.'),
];
convert(document({ title: 'Gantry Hill funicular', author: 'Gantry Hill Railway', body: rotated.join('') }), 'rotated.pdf', {
  outDir: folder,
});
qpdf(join(folder, 'rotated.pdf'), '--rotate=+90:1', '--rotate=+270:2', '--deterministic-id', sample('rotated.pdf'));

const secret = [heading(1, 'Minutes of the closed session'), paragraph('The motion was lost by four votes to five.')];
convert(document({ title: 'Minutes', author: 'Clerk', body: secret.join('') }), 'secret.pdf', { outDir: folder });
qpdf('--encrypt', 'open-sesame', 'owner-word', '256', '--', join(folder, 'secret.pdf'), sample('password.pdf'));

execFileSync('pdftoppm', ['-r', '60', '-gray', '-png', join(folder, 'secret.pdf'), join(folder, 'page')]);
const picture = readFileSync(join(folder, 'page-1.png')).toString('base64');
const image = `<text:p text:style-name="Body"><draw:frame xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" text:anchor-type="as-char" svg:width="14cm" svg:height="19cm"><draw:image><office:binary-data>${picture}</office:binary-data></draw:image></draw:frame></text:p>`;
const scan = document({ title: 'Scan', author: 'Scanner', body: image }).replace('<text:page-number text:select-page="current"/>', '');
convert(scan, 'scan.pdf');

// Cut off in the middle, and with a hole where the first objects are: no reader can repair it.
const whole = readFileSync(join(folder, 'secret.pdf'));
writeFileSync(sample('corrupt.pdf'), Buffer.concat([whole.subarray(0, 15), Buffer.alloc(900, 0x5a), whole.subarray(3000, 4200)]));
rmSync(folder, { recursive: true });
