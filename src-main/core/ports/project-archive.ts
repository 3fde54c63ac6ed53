/** Archives of exported projects: members with names, read and written one after the other. */
import type { Readable } from 'node:stream';

export interface OutgoingMember {
  name: string;
  /** False for what is compressed already, as most originals are. */
  compress: boolean;
  source: Readable;
}

export interface MemberFacts {
  name: string;
  size_bytes: number;
  sha256: string;
}

export interface OpenArchive {
  /** Of the archive itself. */
  size_bytes: number;
  /** Name → size when unpacked. Names are not checked beyond being distinct; folders are left out. */
  members: ReadonlyMap<string, number>;
  /** Ends with an error when the member is damaged, or longer than it says. */
  read(name: string): Promise<Readable>;
  close(): void;
}

export interface ProjectArchives {
  /**
   * The bytes of an archive, made as they are read; what takes them slowly slows the reading of the members.
   * @param last makes the final member out of what was written
   */
  write(members: AsyncIterable<OutgoingMember>, last: (written: MemberFacts[]) => { name: string; text: string }): Readable;
  /** @throws AppError VALIDATION_FAILED for what is no archive, or one that is encrypted or names a member twice */
  open(path: string): Promise<OpenArchive>;
}
