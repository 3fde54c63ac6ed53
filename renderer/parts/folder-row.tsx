/** One followed folder of the list: how it is, how far its scan is, pause and resume. */
import { FolderClosed, Pause, Play } from 'lucide-react';
import type { Folder } from '../../src-main/contract/folders';
import { useFolderActions } from '../folders';
import { IconButton } from '../ui/button';
import { counted } from '../words';
import { folderName, folderStatus, scannedPart } from './folder-state';

/** Wrong now, and not by the person's wish. */
export const isAlarming = ({ state }: Folder) => state === 'missing' || state === 'failed';

export function FolderRow({ folder, onDetails }: { folder: Folder; onDetails(): void }) {
  const { pause, resume } = useFolderActions(folder);
  const { path, state, counts } = folder;
  const name = folderName(folder);
  const part = scannedPart(folder);
  const text = folderStatus(folder);
  return (
    <div data-testid="folder-row" data-state={state} className="group flex items-center gap-1 rounded-md pr-1 hover:bg-sunk">
      <button
        type="button"
        title={`${path}\n${text}`}
        data-testid="folder-details"
        onClick={onDetails}
        className="flex min-w-0 flex-1 items-start gap-2.5 px-2 py-1 text-left"
      >
        <FolderClosed size={17} aria-hidden className={`mt-0.5 shrink-0 ${isAlarming(folder) ? 'text-alarm' : 'text-cloth'}`} />
        <span className="min-w-0 flex-1">
          <bdi className="block truncate text-left text-sm font-medium">{name}</bdi>
          <span
            data-testid="folder-status"
            className={`line-clamp-2 text-xs leading-snug ${isAlarming(folder) ? 'text-alarm' : 'text-soft'}`}
          >
            {text}
            {counts.failed > 0 && (
              <span className="text-alarm">
                {'\u00a0· '}
                {counted(counts.failed, 'file')} not taken in
              </span>
            )}
          </span>
          {part !== null && <progress className="mt-0.5 block h-1 w-full" value={part} max={1} aria-label={`Scan of ${name}`} />}
        </span>
      </button>
      <span className="row-actions">
        {state === 'paused' ? (
          <IconButton label={`Resume ${name}`} data-testid="folder-resume" data-shown onClick={() => resume.mutate()}>
            <Play size={15} />
          </IconButton>
        ) : (
          <IconButton
            label={`Pause ${name}`}
            data-testid="folder-pause"
            data-shown={state === 'scanning' || undefined}
            disabled={pause.isPending}
            onClick={() => pause.mutate()}
          >
            <Pause size={15} />
          </IconButton>
        )}
      </span>
    </div>
  );
}
