/** What the window says of a followed folder. */
import type { Folder } from '../../src-main/contract/folders';
import { counted, timeLeft } from '../words';

/** The last part of its path. */
export const folderName = ({ path }: Pick<Folder, 'path'>) => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;

function scanning({ progress }: Folder): string {
  if (!progress || progress.total === null) return 'Counting its files';
  const share = `Looking through ${progress.looked.toLocaleString('en')} of ${counted(progress.total, 'file')}`;
  return progress.eta_s === null ? share : `${share}\u00a0· ${timeLeft(progress.eta_s)}`;
}

export function folderStatus(folder: Folder): string {
  const { state, detail, counts } = folder;
  const taken = counted(counts.documents, 'document');
  switch (state) {
    case 'waiting':
      return 'Waiting to be looked through';
    case 'scanning':
      return scanning(folder);
    case 'watching':
      return counts.unsupported ? `${taken}\u00a0· ${counts.unsupported.toLocaleString('en')} of other kinds` : taken;
    case 'paused':
      return `Paused\u00a0· ${taken} so far`;
    case 'missing':
    case 'failed':
      return detail ?? 'The folder cannot be read.';
  }
}

export function scannedPart({ progress }: Folder): number | null {
  return progress?.total ? progress.looked / progress.total : null;
}
