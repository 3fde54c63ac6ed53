/** One model: what it is for, whether it fits, how it is, and what can be done with it. */
import { CloudUpload, Download, Star, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Job } from '../../src-main/contract/jobs';
import type { Model } from '../../src-main/contract/models';
import { Button, IconButton } from '../ui/button';
import { Confirm } from '../ui/dialogs';
import { counted, inBytes, quoted } from '../words';
import { FetchFailed, FetchProgress } from './fetch-progress';
import { FitLine } from './fit-line';
import type { ModelActions, useChoice } from './models';

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
  choice: ReturnType<typeof useChoice>;
}

export function ModelCard({ model, job, actions, choice }: Props) {
  const { id, name, purpose, detail, installed, state, sends_text_to, job_id } = model;
  const fetching = job && job.id === job_id ? job : null;
  const failed = job?.state === 'failed' && !installed ? job : null;
  return (
    <li data-testid="model" data-model={id} data-state={state} className="border-t border-rule py-4 first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <h4 className="min-w-0 font-semibold [overflow-wrap:anywhere]">{name}</h4>
        <Badges model={model} />
      </div>
      {purpose && !sends_text_to && <p className="mt-0.5 max-w-[36rem]">{purpose}</p>}
      {sends_text_to && <LeavesMachine host={sends_text_to} />}
      <Facts model={model} />
      <div className="mt-1.5 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        {sends_text_to ? <span /> : <FitLine fit={model.fit} />}
        {!fetching && <Actions model={model} actions={actions} choice={choice} />}
      </div>
      {detail && <p className={`mt-1.5 text-sm ${state === 'failed' ? 'text-alarm' : 'text-doubt'}`}>{detail}</p>}
      {fetching && (
        <FetchProgress
          name={name}
          job={fetching}
          onPause={() => actions.pause.mutate(fetching.id)}
          onResume={() => actions.resume.mutate(fetching.id)}
          onCancel={() => actions.cancel.mutate(fetching.id)}
        />
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

function Badges({ model: { in_use, state, installed, origin, recommended } }: { model: Model }) {
  return (
    <span data-testid="model-state" className="flex flex-wrap gap-1.5">
      {in_use && <Badge strong>In use</Badge>}
      {recommended && !in_use && (
        <Badge strong>
          <Star size={11} aria-hidden className="mr-1 inline -translate-y-px" />
          Recommended here
        </Badge>
      )}
      {state === 'loaded' && origin !== 'external' && <Badge>In memory</Badge>}
      {state === 'loading' && <Badge>Being loaded…</Badge>}
      {state === 'failed' && <Badge>Cannot be used</Badge>}
      {installed && state === 'available' && origin !== 'external' && <Badge>Installed</Badge>}
      {origin === 'imported' && <Badge>Added by hand</Badge>}
      {origin === 'outside' && <Badge>By configuration</Badge>}
    </span>
  );
}

const SIZES: [number, string][] = [
  [1e9, 'billion'],
  [1e6, 'million'],
];

function parametersText(parameters: number | null): string | null {
  const [size, word] = SIZES.find(([least]) => (parameters ?? 0) >= least) ?? [];
  if (parameters === null || !size) return null;
  return `${(parameters / size).toLocaleString('en', { maximumFractionDigits: parameters / size < 10 ? 1 : 0 })} ${word} parameters`;
}

function Facts({ model }: { model: Model }) {
  const { size_bytes, licence, context_tokens, languages, parameters, quantisation, dimensions } = model;
  const facts = [
    size_bytes !== null && size_bytes > 0 && inBytes(size_bytes),
    licence,
    context_tokens !== null && `reads ${counted(context_tokens, 'token')} at once`,
    languagesText(languages),
    parametersText(parameters),
    quantisation,
    dimensions !== null && `${dimensions} dimensions`,
  ].filter(Boolean);
  if (facts.length === 0) return null;
  return (
    <p data-testid="model-facts" className="mt-1 text-sm text-soft">
      {facts.join(' · ')}
    </p>
  );
}

/** Said wherever text goes to another machine. */
export function LeavesMachine({ host }: { host: string }) {
  return (
    <p data-testid="leaves-machine" className="mt-1.5 flex items-start gap-1.5 text-sm font-medium text-doubt">
      <CloudUpload size={16} aria-hidden className="mt-[0.2rem] shrink-0" />
      Questions and passages of your documents are sent to {host}.
    </p>
  );
}

const SMALL = '!px-2.5 !py-1';

function Actions({ model, actions, choice }: Omit<Props, 'job'>) {
  const { id, name, installed, state, size_bytes, in_use, origin, sources, checksum_known } = model;
  if (!installed) {
    const words = size_bytes === null ? 'Download' : `Download ${inBytes(size_bytes)}`;
    return (
      <span className="flex flex-wrap items-center gap-2">
        {!checksum_known && <span className="text-xs text-soft">Checked by the digest that its host states</span>}
        <Button
          className={SMALL}
          data-testid="download"
          aria-label={`${words}: ${name}`}
          title={sources.length ? `From ${sources.join(', else ')}` : undefined}
          disabled={actions.download.isPending}
          onClick={() => actions.download.mutate(id)}
        >
          <Download size={15} aria-hidden />
          {words}
        </Button>
      </span>
    );
  }
  const own = origin !== 'external';
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {!in_use && !choice.fixed && state !== 'failed' && (
        <Button
          className={SMALL}
          data-testid="use"
          aria-label={`Use this: ${name}`}
          disabled={choice.choose.isPending}
          onClick={() => choice.choose.mutate(id)}
        >
          Use this
        </Button>
      )}
      {own && state === 'loaded' && (
        <Button className={SMALL} data-testid="unload" onClick={() => actions.unload.mutate(id)}>
          Free its memory
        </Button>
      )}
      {own && (state === 'failed' || (state === 'available' && in_use)) && (
        <Button className={SMALL} data-testid="load" disabled={actions.load.isPending} onClick={() => actions.load.mutate(id)}>
          {state === 'failed' ? 'Try again' : 'Load now'}
        </Button>
      )}
      {(origin === 'catalogue' || origin === 'imported') && <DeleteModel model={model} onDelete={() => actions.remove.mutate(id)} />}
    </span>
  );
}

function DeleteModel({ model: { name, size_bytes, in_use }, onDelete }: { model: Model; onDelete(): void }) {
  const what = size_bytes === null ? 'Its files are' : `Its files, ${inBytes(size_bytes)}, are`;
  const then = in_use ? 'It is in use: another one takes over, where one is installed.' : 'Nothing else changes.';
  return (
    <Confirm
      title={`Delete ${quoted(name)}?`}
      text={`${what} deleted from this machine. ${then}`}
      action="Delete model"
      onConfirm={onDelete}
    >
      <IconButton label={`Delete ${name}`} data-testid="delete-model">
        <Trash2 size={16} />
      </IconButton>
    </Confirm>
  );
}
