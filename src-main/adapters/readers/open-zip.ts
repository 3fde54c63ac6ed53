/** Opening ZIP archives, also those that something was appended to, as downloads and mails do. */
import { readFile } from 'node:fs/promises';
import { fromBufferPromise, type Options, openPromise, type ZipFile } from 'yauzl';
import { directoryEnd } from './zip';

/** As yauzl opens it, else up to the end of its directory. Rejects when there is none. */
export async function openZip(path: string, options: Options): Promise<ZipFile> {
  try {
    return await openPromise(path, options);
  } catch (error) {
    const bytes = await readFile(path);
    const end = directoryEnd(bytes);
    if (end === null) throw error;
    return fromBufferPromise(bytes.subarray(0, end), options);
  }
}
