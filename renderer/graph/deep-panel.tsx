/** The chat model reads the documents for connections that rules do not find: what it will cost, how far it is, pause and end. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Pause, Play, X } from 'lucide-react';
import { toast } from 'sonner';
import type { DeepEstimate, DeepRun } from '../../src-main/contract/graph-deep';
import { sentenceOf, useDesk } from '../state';
import { Button } from '../ui/button';
import { counted, timeLeft } from '../words';
import { mapKey } from './data';
import { PanelHead } from './thing-panel';

const LOOK_MS = 2_000;
const isUnderWay = ({ state }: DeepRun) => state === 'queued' || state === 'running';

function useDeep() {
  const { client, orpc, projectId } = useDesk();
  const cache = useQueryClient();
  const id = projectId ?? '';
  const run = useQuery(
    orpc.graph.deep.queryOptions({
      input: { id },
      refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? LOOK_MS : false),
    }),
  );
  const estimate = useQuery(
    orpc.graph.deepEstimate.queryOptions({ input: { id }, enabled: run.data !== undefined && !isUnderWay(run.data) }),
  );
  const common = {
    onError: (error: Error) => toast.error(sentenceOf(error)),
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: orpc.graph.key() });
      await cache.invalidateQueries({ queryKey: mapKey(id) });
    },
  };
  return {
    run,
    estimate,
    start: useMutation({ mutationFn: () => client.graph.startDeep({ id }), ...common }),
    pause: useMutation({ mutationFn: () => client.graph.pauseDeep({ id }), ...common }),
    resume: useMutation({ mutationFn: () => client.graph.resumeDeep({ id }), ...common }),
    cancel: useMutation({ mutationFn: () => client.graph.cancelDeep({ id }), ...common }),
  };
}

export function DeepPanel({ onClose }: { onClose(): void }) {
  const deep = useDeep();
  const { data, error } = deep.run;
  const open = data && (isUnderWay(data) || data.state === 'paused');
  return (
    <section aria-label="Read deeper" data-testid="deep" data-state={data?.state} className="flex h-full flex-col bg-paper">
      <PanelHead title="Read deeper" onClose={onClose} />
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-4 text-sm">
        <p className="text-soft">
          The chat model reads every passage for connections that rules do not find. Only those stay whose sentence stands in the documents
          word for word. Questions go first meanwhile.
        </p>
        {error && <p className="mt-3 text-alarm">{sentenceOf(error)}</p>}
        {data?.error && data.state === 'failed' && (
          <p className="mt-3 text-alarm">
            {data.error.message} {data.error.action}
          </p>
        )}
        {open ? <UnderWay run={data} deep={deep} /> : data && <Offer run={data} deep={deep} />}
      </div>
    </section>
  );
}

type Deep = ReturnType<typeof useDeep>;

function UnderWay({ run: { state, chunks, chunks_done, eta_s, model }, deep }: { run: DeepRun; deep: Deep }) {
  const paused = state === 'paused';
  const facts = [
    `${chunks_done.toLocaleString('en')} of ${counted(chunks, 'passage')}`,
    paused ? 'paused' : state === 'queued' ? 'waits for its turn' : eta_s !== null && timeLeft(eta_s),
  ];
  return (
    <div className="mt-4">
      {model && (
        <p>
          {model} {paused ? 'waits' : 'is reading'}.
        </p>
      )}
      <progress className="mt-2 block h-1.5 w-full" value={chunks_done} max={Math.max(1, chunks)} aria-label="Passages read by the model" />
      <p role="status" data-testid="deep-progress" className="mt-1 text-soft">
        {facts.filter(Boolean).join(' · ')}
      </p>
      <div className="mt-2 flex gap-1.5">
        {paused ? (
          <Button className="!px-2.5 !py-1" data-testid="deep-resume" onClick={() => deep.resume.mutate()}>
            <Play size={14} aria-hidden />
            Resume
          </Button>
        ) : (
          <Button className="!px-2.5 !py-1" data-testid="deep-pause" onClick={() => deep.pause.mutate()}>
            <Pause size={14} aria-hidden />
            Pause
          </Button>
        )}
        <Button className="!px-2.5 !py-1" data-testid="deep-cancel" onClick={() => deep.cancel.mutate()}>
          <X size={14} aria-hidden />
          End it
        </Button>
      </div>
      <p className="mt-2 text-xs text-soft">What was found stays, also when it is ended or Pressmark is closed.</p>
    </div>
  );
}

function Offer({ run, deep }: { run: DeepRun; deep: Deep }) {
  const { data, error, isPending } = deep.estimate;
  if (error) return <p className="mt-3 text-alarm">{sentenceOf(error)}</p>;
  if (isPending) return <p className="mt-3 text-soft">Estimating…</p>;
  if (data.model === null) return <p className="mt-3">No chat model is installed. Choose one under Models first.</p>;
  const left = data.chunks - data.chunks_cached;
  if (left === 0) return <p className="mt-3">Everything was read by {data.model}.</p>;
  return (
    <>
      <Estimate estimate={data} left={left} />
      <Button kind="main" className="mt-4" data-testid="deep-start" disabled={deep.start.isPending} onClick={() => deep.start.mutate()}>
        {run.state === 'idle' || run.state === 'done' ? 'Start' : 'Go on'}
      </Button>
    </>
  );
}

function Estimate({ estimate, left }: { estimate: DeepEstimate; left: number }) {
  const { model, chunks_cached, prompt_tokens, completion_tokens, minutes, basis } = estimate;
  const facts: [string, string][] = [
    ['Model', model ?? ''],
    ['To read', `${counted(left, 'passage')}${chunks_cached ? `, ${chunks_cached.toLocaleString('en')} are read already` : ''}`],
    ['Tokens', `about ${prompt_tokens.toLocaleString('en')} read, ${completion_tokens.toLocaleString('en')} written`],
    [
      'Time',
      minutes === null
        ? 'not known before it begins'
        : `${timeLeft(minutes * 60).replace(' left', '')}${basis === 'assumed' ? ', cautiously assumed' : ''}`,
    ],
  ];
  return (
    <dl data-testid="deep-estimate" className="mt-4 grid grid-cols-[4.5rem_1fr] gap-x-3 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="[overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
