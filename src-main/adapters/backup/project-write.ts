/** Writes the archive of a project as a stream: one member is read at a time, and nothing of it is kept. */
import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { MemberFacts, OutgoingMember, ProjectArchives } from '../../core/ports/project-archive';

export const writeProject: ProjectArchives['write'] = (members, last) => {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const gone = new AbortController();
  output.once('close', () => gone.abort());
  zip.on('error', (error: Error) => output.destroy(error));
  fill(zip, members, last, gone.signal).catch((error: Error) => output.destroy(error));
  return output;
};

async function fill(
  zip: ZipFile,
  members: AsyncIterable<OutgoingMember>,
  last: Parameters<ProjectArchives['write']>[1],
  signal: AbortSignal,
): Promise<void> {
  const written: MemberFacts[] = [];
  for await (const member of members) {
    signal.throwIfAborted();
    written.push(await add(zip, member, signal));
  }
  const { name, text } = last(written);
  zip.addBuffer(Buffer.from(text), name, { compress: true, mode: 0o600 });
  zip.end();
}

async function add(zip: ZipFile, { name, compress, source }: OutgoingMember, signal: AbortSignal): Promise<MemberFacts> {
  const hash = createHash('sha256');
  let size_bytes = 0;
  const measure = new Transform({
    transform(piece: Buffer, _encoding, next) {
      size_bytes += piece.length;
      hash.update(piece);
      next(null, piece);
    },
  });
  zip.addReadStream(measure, name, { compress, mode: 0o600 });
  await pipeline(source, measure, { signal });
  return { name, size_bytes, sha256: hash.digest('hex') };
}
