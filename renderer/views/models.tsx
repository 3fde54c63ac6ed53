/** The models: what is in use, what this machine can carry, and bringing in others. */
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Job } from '../../src-main/contract/jobs';
import type { Model, ModelKind } from '../../src-main/contract/models';
import { ExternalEngine } from '../models/external-engine';
import { Hardware } from '../models/hardware';
import { ImportDialog } from '../models/import-dialog';
import { ModelCard } from '../models/model-card';
import { ModelChoice, VectorsProgress } from '../models/model-choice';
import { type ModelActions, useChoice, useFetches, useModelActions, useModels } from '../models/models';
import { NotAdded } from '../models/not-added';
import { sentenceOf } from '../state';
import { Button } from '../ui/button';

const KINDS: [ModelKind, string, string][] = [
  ['chat', 'Models that write answers', 'Without one, answers are quotes from your documents, word for word.'],
  ['embedding', 'Models that find by meaning', 'Without one, passages are found by their words only.'],
  ['reranker', 'Models that put passages in order', 'They compare the best passages with the question once more.'],
];

export function ModelsView() {
  const { data, error, isPending } = useModels();
  const fetches = useFetches();
  const actions = useModelActions();
  const external = data?.some((model) => model.in_use && model.sends_text_to !== null);
  const [importing, setImporting] = useState(false);
  return (
    <main aria-label="Models" data-testid="models" className="h-full overflow-y-auto bg-sheet">
      <div className="mx-auto max-w-[52rem] px-5 pt-6 pb-10">
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
          <div className="max-w-[34rem]">
            <h2 className="font-serif text-2xl leading-tight font-semibold tracking-tight">Models</h2>
            <p className="mt-1 text-soft">
              {external
                ? 'One of them is elsewhere: it is marked, and gets your questions and passages. The others run on this machine.'
                : 'They run on this machine; nothing of your documents leaves it. Larger ones write better answers and need more memory.'}
            </p>
          </div>
          <Button data-testid="import-model" onClick={() => setImporting(true)}>
            <Plus size={16} aria-hidden />
            Add another model
          </Button>
        </div>
        <Hardware />
        {error && (
          <p role="alert" className="mt-6 text-alarm">
            {sentenceOf(error)}
          </p>
        )}
        {isPending && <p className="mt-6 text-soft">Looking…</p>}
        {data && <NotAdded models={data} fetches={fetches} actions={actions} />}
        {data && KINDS.map((kind) => <Kind key={kind[0]} kind={kind} models={data} fetches={fetches} actions={actions} />)}
        <ExternalEngine />
      </div>
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </main>
  );
}

interface KindProps {
  kind: (typeof KINDS)[number];
  models: Model[];
  fetches: Map<string, Job>;
  actions: ModelActions;
}

/** In use first, then what is here, then what could be. */
const rank = ({ in_use, installed, recommended }: Model) => (in_use ? 0 : installed ? 1 : recommended ? 2 : 3);
const bySize = (one: Model, two: Model) => rank(one) - rank(two) || (one.size_bytes ?? 0) - (two.size_bytes ?? 0);

function Kind({ kind: [name, title, text], models, fetches, actions }: KindProps) {
  const choice = useChoice(name);
  const shown = models.filter(({ kind }) => kind === name).sort(bySize);
  if (shown.length === 0) return null;
  return (
    <section aria-label={title} className="mt-8">
      <h3 className="font-serif text-lg font-semibold">{title}</h3>
      <p className="text-sm text-soft">{text}</p>
      <ModelChoice kind={name} models={shown} choice={choice} />
      {name === 'embedding' && <VectorsProgress models={models} />}
      <ul className="mt-2">
        {shown.map((model) => (
          <ModelCard key={model.id} model={model} job={fetches.get(model.id)} actions={actions} choice={choice} />
        ))}
      </ul>
    </section>
  );
}
