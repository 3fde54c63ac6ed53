/** Office documents behind a password: Open XML inside a compound file (MS-OFFCRYPTO). */
import officeCrypto from 'officecrypto-tool';
import type { Package } from './package';
import { cannotDecrypt, passwordNeeded, wrongPassword } from './passwords';

/** The first bytes of the container (MS-CFB) that encrypted and old office files are. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');

export const isCompound = (bytes: Buffer) => bytes.subarray(0, COMPOUND.length).equals(COMPOUND);

/** Names in a compound file's directory are UTF-16. */
const ENCRYPTED_PACKAGE = Buffer.from('EncryptedPackage', 'utf16le');

/** @throws DocumentError ENCRYPTED for an OpenDocument file behind a password */
export function refuseEncrypted(file: Package, what: string): void {
  if (file.text('META-INF/manifest.xml')?.includes('encryption-data'))
    throw cannotDecrypt(what, 'Open it in LibreOffice, save it without the password, then upload that.');
}

/**
 * The document itself; whatever is not encrypted stays as it is.
 * @param what "This workbook"
 * @throws DocumentError PASSWORD_NEEDED, PASSWORD_WRONG
 */
export async function decrypted(bytes: Buffer, password: string | null, what: string): Promise<Buffer> {
  if (!isCompound(bytes) || !bytes.includes(ENCRYPTED_PACKAGE)) return bytes;
  if (password === null) throw passwordNeeded(what);
  try {
    return await officeCrypto.decrypt(bytes, { password });
  } catch {
    throw wrongPassword();
  }
}
