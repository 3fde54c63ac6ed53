/** What was dropped on the window: files, and folders with all that lies in them. */

/** A browser hands over folders file by file; a folder with more is better followed. */
const MOST_FILES = 10_000;

export interface Dropped {
  files: File[];
  folders: FileSystemDirectoryEntry[];
  /** Of each folder, in the same order: the object that knows its path in the desktop app. */
  folderFiles: File[];
}

/** Must run while the event is being handled: afterwards the list of what was dropped is empty. */
export function readDrop(transfer: DataTransfer): Dropped {
  const dropped: Dropped = { files: [], folders: [], folderFiles: [] };
  for (const item of transfer.items) {
    const file = item.kind === 'file' ? item.getAsFile() : null;
    if (!file) continue;
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory) {
      dropped.folders.push(entry as FileSystemDirectoryEntry);
      dropped.folderFiles.push(file);
    } else dropped.files.push(file);
  }
  return dropped;
}

const childrenOf = (reader: FileSystemDirectoryReader) =>
  new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** Hidden files are left out, as they are of followed folders. */
export async function filesWithin(folders: FileSystemDirectoryEntry[]): Promise<{ files: File[]; more: boolean }> {
  const files: File[] = [];
  const open = [...folders];
  for (let folder = open.pop(); folder; folder = open.pop()) {
    const reader = folder.createReader();
    // A reader gives at most a hundred at a time, and none at the end.
    for (let entries = await childrenOf(reader); entries.length > 0; entries = await childrenOf(reader)) {
      for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
        if (entry.isDirectory) open.push(entry as FileSystemDirectoryEntry);
        else if (files.length >= MOST_FILES) return { files, more: true };
        else files.push(await fileOf(entry as FileSystemFileEntry));
      }
    }
  }
  return { files, more: false };
}
