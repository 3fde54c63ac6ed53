/** All there is to know of a followed folder: counts, files that could not be taken in and why, what is ignored; and what can be done. */
import { FilterX, Pause, Play, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { Folder } from '../../src-main/contract/folders';
import { useFolderActions } from '../folders';
import { Button } from '../ui/button';
import { FormDialog, InfoDialog } from '../ui/dialogs';
import { counted, quoted } from '../words';
import { isAlarming } from './folder-row';
import { folderName, folderStatus, scannedPart } from './folder-state';
import { IgnoreRules } from './ignore-rules';

export function FolderDetails({ folder, onClose }: { folder: Folder; onClose(): void }) {
  const [leaving, setLeaving] = useState(false);
  const [changing, setChanging] = useState(false);
  const actions = useFolderActions(folder);
  const { path, state, detail } = folder;
  const part = scannedPart(folder);
  if (changing) return <IgnoreRules folder={folder} onClose={() => setChanging(false)} />;
  if (leaving) {
    return (
      <StopFollowing
        folder={folder}
        busy={actions.remove.isPending}
        onClose={() => setLeaving(false)}
        onStop={(documents) => actions.remove.mutate(documents)}
      />
    );
  }
  return (
    <InfoDialog title={folderName(folder)} text={<span className="font-mono text-xs">{path}</span>} onClose={onClose}>
      <p className={`mt-3 text-sm ${isAlarming(folder) ? 'text-alarm' : ''}`}>
        {state === 'watching' ? 'Up to date. Changes are noticed as they happen.' : folderStatus(folder)}
      </p>
      {part !== null && <progress className="mt-1 block h-1.5 w-full" value={part} max={1} aria-label="Scan" />}
      {detail && !isAlarming(folder) && <p className="mt-2 text-sm text-doubt">{detail}</p>}
      <Facts folder={folder} />
      <Errors folder={folder} />
      <div className="mt-5 flex flex-wrap gap-2">
        {state === 'paused' ? (
          <Button onClick={() => actions.resume.mutate()}>
            <Play size={15} aria-hidden />
            Resume
          </Button>
        ) : (
          <>
            <Button data-testid="folder-rescan" disabled={state === 'scanning'} onClick={() => actions.rescan.mutate()}>
              <RefreshCw size={15} aria-hidden />
              Look now
            </Button>
            <Button disabled={actions.pause.isPending} onClick={() => actions.pause.mutate()}>
              <Pause size={15} aria-hidden />
              Pause
            </Button>
          </>
        )}
        <Button data-testid="folder-ignore" onClick={() => setChanging(true)}>
          <FilterX size={15} aria-hidden />
          Pass over…
        </Button>
        <Button className="ml-auto text-alarm" data-testid="folder-stop" onClick={() => setLeaving(true)}>
          Stop following…
        </Button>
      </div>
    </InfoDialog>
  );
}

function Facts({ folder: { counts, ignore, last_scan_at } }: { folder: Folder }) {
  const facts: [string, string][] = [
    ['Files found', counts.files.toLocaleString('en')],
    ['Documents', counts.documents.toLocaleString('en')],
    ['Of other kinds', counts.unsupported.toLocaleString('en')],
    ['Not taken in', counts.failed.toLocaleString('en')],
    ['Ignored', ignore.length ? ignore.join(', ') : 'Hidden files and links'],
    [
      'Looked through',
      last_scan_at ? new Date(last_scan_at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) : 'Not yet to its end',
    ],
  ];
  return (
    <dl data-testid="folder-facts" className="mt-3 grid grid-cols-[8rem_1fr] gap-x-3 gap-y-1 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="[overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Errors({ folder: { errors, counts } }: { folder: Folder }) {
  if (errors.length === 0) return null;
  return (
    <section aria-label="Files not taken in" className="mt-4">
      <h3 className="text-sm font-semibold">
        {counts.failed > errors.length ? `The first ${errors.length} files not taken in` : 'Files not taken in'}
      </h3>
      <ul data-testid="folder-errors" className="mt-1 max-h-52 space-y-1.5 overflow-y-auto rounded-md border border-rule p-2 text-sm">
        {errors.map(({ path, error }) => (
          <li key={path}>
            <span className="block font-mono text-xs [overflow-wrap:anywhere]">{path}</span>
            <span className="text-alarm">{error.message}</span> <span className="text-soft">{error.action}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface StopProps {
  folder: Folder;
  busy: boolean;
  onClose(): void;
  onStop(documents: 'keep' | 'remove'): void;
}

function StopFollowing({ folder, busy, onClose, onStop }: StopProps) {
  return (
    <FormDialog
      title={`Stop following ${quoted(folderName(folder))}?`}
      text="Changes in it are no longer noticed. Nothing on the disk is touched."
      action={busy ? 'Stopping…' : 'Stop following'}
      busy={busy}
      kind="alarm"
      onClose={onClose}
      onSubmit={(form) => onStop(form.get('remove') ? 'remove' : 'keep')}
    >
      <label className="mt-4 flex items-start gap-2.5 text-sm">
        <input type="checkbox" name="remove" data-testid="folder-remove-documents" className="mt-1 accent-cloth" />
        <span>Also remove its {counted(folder.counts.documents, 'document')} from this project</span>
      </label>
    </FormDialog>
  );
}
