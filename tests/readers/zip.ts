/** ZIP archives for tests. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export async function zip(entries: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(entries)) archive.addBuffer(Buffer.from(content as string), name);
  archive.end();
  return buffer(archive.outputStream);
}
