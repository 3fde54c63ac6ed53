/** One model: what it is for, whether it fits, how it is, and what can be done with it. */
import { Download, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Job } from '../../src-main/contract/jobs';
import type { Model } from '../../src-main/contract/models';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/dialogs';
import { counted, inBytes } from '../words';
import { FetchFailed, FetchProgress } from './fetch-progress';
import { FitLine } from './fit-line';
import type { ModelActions } from './models';

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });
/** More names than these say less than their number. */
const NAMED_LANGUAGES = 4;

function languagesText(codes: string[]): string | null {
  if (codes.length === 0) return null;
  const names = codes.map((code) => (code === 'multilingual' ? 'many languages' : (LANGUAGES.of(code) ?? code)));
  if (names.length <= NAMED_LANGUAGES) return names.join(', ');
  return `${names.slice(0, NAMED_LANGUAGES - 1).join(', ')} and ${names.length - NAMED_LANGUAGES + 1} more languages`;
}

interface Props {
  model: Model;
  /** The newest that fetched or fetches it. */
  job: Job | undefined;
  actions: ModelActions;
}

export function ModelCard({ model, job, actions }: Props) {
  const { id, name, purpose, detail, installed, state } = model;
  const fetching = job && (job.state === 'queued' || job.state === 'running') ? job : null;
  const failed = job?.state === 'failed' && !installed ? job : null;
  return (
    <li data-testid="model" data-model={id} data-state={state} className="border-t border-rule py-4 first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <h4 className="min-w-0 font-semibold [overflow-wrap:anywhere]">{name}</h4>
        <Badges model={model} />
      </div>
      {purpose && <p className="mt-0.5 max-w-[36rem]">{purpose}</p>}
      <Facts model={model} />
      <div className="mt-1.5 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <FitLine fit={model.fit} />
        {!fetching && <Actions model={model} actions={actions} />}
      </div>
      {detail && <p className={`mt-1.5 text-sm ${state === 'failed' ? 'text-alarm' : 'text-doubt'}`}>{detail}</p>}
      {fetching && (
        <FetchProgress name={name} job={fetching} onPause={null} onResume={null} onCancel={() => actions.cancel.mutate(fetching.id)} />
      )}
      {failed && <FetchFailed job={failed} onRetry={() => actions.retry.mutate(failed.id)} />}
    </li>
  );
}

function Badge({ children, strong = false }: { children: ReactNode; strong?: boolean }) {
  return (
    <span
      className={`rounded-[3px] border px-1.5 text-xs leading-5 font-medium ${strong ? 'border-cloth bg-wash text-cloth' : 'border-rule text-soft'}`}
    >
      {children}
    </span>
  );
}

function Badges({ model: { in_use, state, installed, origin } }: { model: Model }) {
  return (
    <span data-testid="model-state" className="flex flex-wrap gap-1.5">
      {in_use && <Badge strong>In use</Badge>}
      {state === 'loaded' && <Badge>In memory</Badge>}
      {state === 'loading' && <Badge>Being loaded…</Badge>}
      {state === 'failed' && <Badge>Cannot be used</Badge>}
      {installed && state === 'available' && <Badge>Installed</Badge>}
      {origin === 'imported' && <Badge>Imported</Badge>}
      {origin === 'outside' && <Badge>By configuration</Badge>}
    </span>
  );
}

function Facts({ model: { size_bytes, licence, context_tokens, languages } }: { model: Model }) {
  const facts = [
    size_bytes !== null && inBytes(size_bytes),
    licence,
    context_tokens !== null && `reads ${counted(context_tokens, 'token')} at once`,
    languagesText(languages),
  ].filter(Boolean);
  return (
    <p data-testid="model-facts" className="mt-1 text-sm text-soft">
      {facts.join(' · ')}
    </p>
  );
}

const SMALL = '!px-2.5 !py-1';

function Actions({ model, actions }: { model: Model; actions: ModelActions }) {
  const { id, name, installed, state, origin, size_bytes, in_use } = model;
  if (!installed) {
    return (
      <Button className={SMALL} data-testid="download" disabled={actions.download.isPending} onClick={() => actions.download.mutate(id)}>
        <Download size={15} aria-hidden />
        Download{size_bytes === null ? '' : ` ${inBytes(size_bytes)}`}
      </Button>
    );
  }
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {state === 'loaded' && (
        <Button className={SMALL} data-testid="unload" onClick={() => actions.unload.mutate(id)}>
          Free its memory
        </Button>
      )}
      {(state === 'available' || state === 'failed') && in_use && (
        <Button className={SMALL} data-testid="load" disabled={actions.load.isPending} onClick={() => actions.load.mutate(id)}>
          {state === 'failed' ? 'Try to load again' : 'Load now'}
        </Button>
      )}
      {origin !== 'outside' && (
        <Confirm
          title={`Delete “${name}”?`}
          text={`${size_bytes === null ? 'Its files are' : `Its files, ${inBytes(size_bytes)}, are`} deleted from this machine. ${in_use ? 'It is in use: what needs it does without it then.' : 'Nothing else changes.'}`}
          action="Delete model"
          onConfirm={() => actions.remove.mutate(id)}
        >
          <IconButton label={`Delete ${name}`} data-testid="delete-model">
            <Trash2 size={16} />
          </IconButton>
        </Confirm>
      )}
    </span>
  );
}
