/** Makes annual-report.pdf: the annual report of a company that does not exist. */

import { NOTES, PORTS, RISKS, SENTENCES, TOPICS } from './annual-report-text.mjs';
import { convert, dice, document, heading, list, paragraph, table } from './fodt.mjs';

const { between, draw } = dice(2024);
const YEARS = [2020, 2021, 2022, 2023, 2024];
const thousands = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const decimal = (low, high) => (between(low * 10, high * 10) / 10).toFixed(1);
const body = [];
let tables = 0;
const add = (...parts) => body.push(...parts);
const p = (text) => add(paragraph(text));
const t = (rows) => add(table(rows, `T${++tables}`));
const filler = (pool, count, place) => {
  const lines = Array.from({ length: count }, () =>
    draw(pool)
      .replaceAll('{place}', place)
      .replaceAll('{n}', decimal(1, 19))
      .replaceAll('{m}', String(between(12, 480))),
  );
  p(lines.join(' '));
};
const series = (label, start, low, high) => {
  const values = [start];
  for (let i = 1; i < YEARS.length; i += 1) values.push(Math.round(values.at(-1) * (1 + between(low, high) / 100)));
  return [label, ...values.map(thousands)];
};

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
function monthOfSailings(month) {
  const planned = between(80, 260);
  const weather = between(0, 14);
  const other = between(0, 5);
  return [month, planned, planned - weather - other, weather, other];
}

add(paragraph('Annual Report and Accounts 2024', 'Title'), paragraph('Nordlund Tidewater Group plc', 'Title'));
p('Ferries, short-sea freight and harbour services around the North Sea and the Baltic.');

add(heading(1, 'At a glance', { breakBefore: true }));
p(
  'Nordlund Tidewater Group plc carries passengers, cars and freight between 30 ports in eleven countries. The Group was founded in 1911 as a coal lighterage company on the River Tees and has been listed since 1987.',
);
t([
  ['£ million', ...YEARS],
  ['Revenue', '1,184', '1,296', '1,473', '1,588', '1,742'],
  ['Operating profit', '61', '97', '134', '151', '178'],
  ['Capital expenditure', '88', '104', '139', '211', '246'],
  ['Net debt', '512', '488', '470', '531', '566'],
  ['Employees (average)', '6,120', '6,244', '6,587', '6,902', '7,135'],
]);
p(
  'Revenue for 2024 was £1,742 million, an increase of 9.7 per cent on the year before. The fleet stood at 47 vessels at the end of the year.',
);

add(heading(1, 'Letter from the Chair', { breakBefore: true }));
p('The Board is chaired by Ingrid Halvorsen-Pryce, who succeeded Sir Desmond Achterberg at the Annual General Meeting of May 2022.');
p(
  'This was the year in which the first of our battery ferries entered service and in which we finished the sale of our towage business. Neither was easy. The battery ferry Solveig was delivered eleven weeks late, and the towage sale needed the consent of three competition authorities.',
);
filler(SENTENCES.general, 9, 'the Group');
p('The Board proposes a final dividend of 14.2 pence a share, which makes 21.6 pence for the year (2023: 19.4 pence).');
filler(SENTENCES.general, 7, 'the Group');
add(heading(1, 'Review by the Chief Executive', { breakBefore: true }));
p('Matteo Okonkwo-Reyes has been Chief Executive since September 2019. He joined the Group as a deck cadet in 1994.');
filler(SENTENCES.general, 10, 'the Group');
add(heading(2, 'Towage sold'));
p(
  'On 14 March 2024 we completed the sale of Tidewater Towage to Kestrel Harbour Partners for £93 million in cash, and used the proceeds to repay the bridge facility of 2022.',
);
add(heading(2, 'Battery ferries'));
p(
  'The battery ferry Solveig entered service between Frederikshavn and Gothenburg on 2 June 2024. Her batteries hold 31 megawatt hours, and she charges in 38 minutes at each end.',
);
filler(SENTENCES.general, 8, 'the Group');

add(heading(1, 'Strategy', { breakBefore: true }));
for (const topic of TOPICS.strategy) {
  add(heading(2, topic.title));
  p(topic.lead);
  filler(SENTENCES.strategy, 7, topic.title.toLowerCase());
  filler(SENTENCES.general, 6, 'the Group');
}

add(heading(1, 'Review of ports and routes', { breakBefore: true }));
for (const [at, port] of PORTS.entries()) {
  add(heading(2, `${port.name}, ${port.country}`, { breakBefore: at > 0 }));
  p(port.fact);
  filler(SENTENCES.port, 8, port.name);
  t([
    ['Figures', ...YEARS],
    series('Passengers (thousand)', between(90, 900), -9, 14),
    series('Cars (thousand)', between(30, 300), -8, 15),
    series('Freight units', between(4000, 90000), -6, 12),
    ['Punctual departures (%)', ...YEARS.map(() => decimal(81, 98))],
  ]);
  filler(SENTENCES.port, 7, port.name);
  filler(SENTENCES.general, 4, port.name);
  add(heading(3, `Sailings from ${port.name} in 2024`));
  t([['Month', 'Planned', 'Sailed', 'Cancelled by weather', 'Cancelled otherwise'], ...MONTHS.map(monthOfSailings)]);
  p(
    `Berths in use at ${port.name}: ${between(1, 5)}. Greatest length of ship: ${between(120, 240)} metres. Greatest draught: ${decimal(6, 11)} metres.`,
  );
  t([
    ['Quarter', 'Revenue (£ million)', 'Staff', 'Energy (MWh)'],
    ...[1, 2, 3, 4].map((quarter) => [`Q${quarter}`, decimal(2, 24), between(40, 410), thousands(between(300, 4000))]),
  ]);
}

add(heading(1, 'Principal risks', { breakBefore: true }));
for (const [at, risk] of RISKS.entries()) {
  add(heading(2, risk.title, { breakBefore: at > 0 && at % 2 === 0 }), paragraph(risk.lead));
  filler(SENTENCES.risk, 6, risk.title.toLowerCase());
  add(
    list([
      `Likelihood: ${draw(['low', 'medium', 'high'])}`,
      `Effect on operating profit: up to £${between(3, 40)} million`,
      `Owner: ${draw(SENTENCES.owners)}`,
    ]),
  );
}

add(heading(1, 'Sustainability', { breakBefore: true }));
for (const [at, topic] of TOPICS.sustainability.entries()) {
  add(heading(2, topic.title, { breakBefore: at > 0 && at % 2 === 0 }));
  p(topic.lead);
  filler(SENTENCES.strategy, 5, topic.title.toLowerCase());
  t([['Measure', ...YEARS], series(topic.measure, between(400, 9000), -9, 6)]);
  filler(SENTENCES.general, 4, 'the Group');
}

add(heading(1, 'Corporate governance', { breakBefore: true }));
add(heading(2, 'The Board of Directors'));
for (const person of TOPICS.board) add(heading(3, `${person.name}, ${person.role}`), paragraph(person.life));
add(heading(2, 'Committees', { breakBefore: true }));
for (const committee of TOPICS.committees) {
  add(heading(3, committee.title), paragraph(committee.lead));
  filler(SENTENCES.governance, 7, committee.title);
}
add(heading(2, 'Attendance'));
t([
  ['Director', 'Board', 'Audit', 'Remuneration', 'Safety'],
  ...TOPICS.board.map(({ name }, at) => [
    name,
    `${9 - (at % 3 === 2 ? 1 : 0)} of 9`,
    at % 2 ? '5 of 5' : '–',
    at % 3 ? '–' : '4 of 4',
    at % 4 === 1 ? '6 of 6' : '–',
  ]),
]);

add(heading(1, 'Remuneration report', { breakBefore: true }));
p('The Chief Executive received total remuneration of £1,964,000 in 2024 (2023: £1,811,000), of which £742,000 was salary.');
filler(SENTENCES.governance, 12, 'the Remuneration Committee');
t([
  ['£ thousand', 'Salary', 'Bonus', 'Shares', 'Pension', 'Total'],
  ['Matteo Okonkwo-Reyes', '742', '611', '537', '74', '1,964'],
  ['Annelise Brandt', '498', '402', '298', '49', '1,247'],
]);
filler(SENTENCES.governance, 14, 'the Remuneration Committee');

add(heading(1, 'Report of the independent auditor', { breakBefore: true }));
p(
  'Our overall materiality for the Group financial statements was £8.6 million, which is about five per cent of profit before tax. The audit partner who signs this report is Rosalind Abernathy-Voss of Crane Thistlewood LLP.',
);
filler(SENTENCES.audit, 24, 'the Group');

add(heading(1, 'Financial statements', { breakBefore: true }));
add(heading(2, 'Consolidated income statement'));
t([
  ['£ million', '2024', '2023'],
  ['Revenue', '1,742', '1,588'],
  ['Fuel', '(311)', '(298)'],
  ['Crew and staff', '(486)', '(451)'],
  ['Port dues', '(207)', '(193)'],
  ['Depreciation', '(164)', '(148)'],
  ['Other costs', '(396)', '(347)'],
  ['Operating profit', '178', '151'],
  ['Net finance costs', '(31)', '(28)'],
  ['Profit before tax', '147', '123'],
  ['Tax', '(29)', '(26)'],
  ['Profit for the year', '118', '97'],
]);
add(heading(2, 'Consolidated balance sheet', { breakBefore: true }));
t([
  ['£ million', '2024', '2023'],
  ['Ships', '1,386', '1,241'],
  ['Terminals and land', '402', '377'],
  ['Goodwill', '118', '143'],
  ['Cash', '164', '121'],
  ['Borrowings', '(730)', '(652)'],
  ['Pension deficit', '(57)', '(71)'],
  ['Net assets', '1,014', '938'],
]);

add(heading(1, 'Notes to the financial statements', { breakBefore: true }));
for (const [at, note] of NOTES.entries()) {
  add(heading(2, `${at + 1}. ${note.title}`, { breakBefore: at > 0 }));
  p(note.lead);
  filler(SENTENCES.notes, 9, note.title.toLowerCase());
  t([
    ['£ million', '2024', '2023'],
    ...note.rows.map((row) => [row, decimal(1, 190), decimal(1, 190)]),
    ['Total', decimal(200, 600), decimal(200, 600)],
  ]);
  filler(SENTENCES.notes, 8, note.title.toLowerCase());
}

add(heading(1, 'Information for shareholders', { breakBefore: true }));
p(
  'The Annual General Meeting will be held at 10.30 a.m. on 22 May 2025 in the Guildhall of Hartlepool. The registrar is Pennycross Registrars, and the shares trade under the symbol NTW.',
);
filler(SENTENCES.governance, 6, 'the Board');

const title = 'Nordlund Tidewater Group plc: Annual Report and Accounts 2024';
convert(
  document({
    title,
    author: 'Nordlund Tidewater Group plc',
    header: 'Nordlund Tidewater Group plc   |   Annual Report and Accounts 2024',
    body: body.join('\n'),
  }),
  'annual-report.pdf',
);
