/** Which model of a kind is used: the best that is installed, one by choice, or none; and how far another one's vectors are. */
import { useQuery } from '@tanstack/react-query';
import type { Model, ModelKind } from '../../src-main/contract/models';
import { useDesk } from '../state';
import { counted } from '../words';
import type { useChoice } from './models';

const NONE: Record<ModelKind, string> = {
  chat: 'None: answers are quotes',
  embedding: 'None: search goes by words',
  reranker: 'None',
};
const BEST = 'best';
const LOOK_MS = 3_000;

interface Props {
  kind: ModelKind;
  models: Model[];
  choice: ReturnType<typeof useChoice>;
}

export function ModelChoice({ kind, models, choice: { chosen, fixed, choose } }: Props) {
  const installed = models.filter((model) => model.installed);
  const isThere = chosen === null || chosen === 'none' || installed.some(({ id }) => id === chosen);
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <label className="flex min-w-0 flex-wrap items-center gap-2">
        Used
        <select
          data-testid={`choose-${kind}`}
          value={chosen ?? BEST}
          disabled={fixed || choose.isPending}
          onChange={(event) => choose.mutate(event.currentTarget.value === BEST ? null : event.currentTarget.value)}
          className="max-w-full rounded-md border border-rule bg-sheet px-2 py-1 disabled:opacity-60"
        >
          <option value={BEST}>The best one that is installed</option>
          {installed.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {!isThere && chosen !== null && <option value={chosen}>{chosen} (not installed)</option>}
          <option value="none">{NONE[kind]}</option>
        </select>
      </label>
      {fixed && <span className="text-xs text-soft">Given at the start of Pressmark; it cannot be changed here.</span>}
    </div>
  );
}

/** Another embedding model was chosen: the old vectors serve until the new ones are complete. */
export function VectorsProgress({ models }: { models: Model[] }) {
  const { orpc } = useDesk();
  const { data } = useQuery(
    orpc.system.info.queryOptions({ refetchInterval: ({ state }) => (state.data?.vectors.next ? LOOK_MS : false) }),
  );
  const next = data?.vectors.next;
  if (!next) return null;
  const nameOf = (id: string | null) => models.find((model) => model.id === id)?.name ?? id ?? 'the old ones';
  return (
    <div data-testid="vectors-next" role="status" className="mt-3 rounded-md border border-rule bg-paper px-3 py-2 text-sm">
      <p>
        {nameOf(next.model)} is reading your documents: {next.done.toLocaleString('en')} of {counted(next.total, 'passage')}. Until it is
        through, {nameOf(data.vectors.serving)} goes on finding.
      </p>
      <progress className="mt-1.5 block h-1.5 w-full" value={next.done} max={Math.max(1, next.total)} aria-label="Passages read anew" />
    </div>
  );
}
