/** Beside the graph: the chosen thing, what it is connected with and how that is known, and where it is named. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ChevronRight, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Entity, Relation } from '../../src-main/contract/graph';
import { PressmarkRow } from '../parts/pressmark-row';
import { sentenceOf, useDesk } from '../state';
import { Button, IconButton } from '../ui/button';
import { counted } from '../words';
import { KindSign } from './kind-sign';
import { KINDS, relationWords } from './kinds';
import { ThingSearch } from './thing-search';

const RELATIONS_AT_ONCE = 30;
const PLACES_AT_ONCE = 20;
const EVIDENCE = 3;

interface Props {
  id: string;
  onChoose(id: string): void;
  onClose(): void;
  onPath(from: Entity, to: Entity): void;
}

export function ThingPanel({ id, onChoose, onClose, onPath }: Props) {
  const { client, projectId } = useDesk();
  const project = projectId ?? '';
  const places = useInfiniteQuery({
    queryKey: ['graph-thing', project, id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.graph.entity({ id: project, entity_id: id, limit: PLACES_AT_ONCE, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const thing = places.data?.pages[0];
  return (
    <section aria-label="Chosen thing" data-testid="thing" className="flex h-full flex-col bg-paper">
      <PanelHead
        title={
          thing ? (
            <>
              <KindSign type={thing.type} className="mt-[0.45rem]" />
              <span data-testid="thing-name">{thing.name}</span>
            </>
          ) : (
            '…'
          )
        }
        onClose={onClose}
      />
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        {places.error && (
          <p role="alert" className="px-4 py-2 text-sm text-alarm">
            {sentenceOf(places.error)}
          </p>
        )}
        {thing && (
          <>
            <p className="px-4 text-sm text-soft">
              {KINDS[thing.type].one} · {counted(thing.mentions, 'mention')} in {counted(thing.documents, 'document')}
            </p>
            {thing.aliases.length > 0 && <p className="px-4 text-sm text-soft">Also written {thing.aliases.join(', ')}</p>}
            <div className="mt-3 flex px-4">
              <ThingSearch
                label={`Find how ${thing.name} is connected with another`}
                placeholder="How is it connected with…"
                testId="path-search"
                onChoose={(to) => onPath(thing, to)}
              />
            </div>
            <Connections id={id} onChoose={onChoose} />
            <SectionHead>Where it is named</SectionHead>
            <ul className="px-2" data-testid="thing-places">
              {places.data?.pages
                .flatMap(({ evidence }) => evidence)
                .map((place) => (
                  <li key={`${place.chunk_id}-${place.char_start}`}>
                    <PressmarkRow place={place} />
                  </li>
                ))}
            </ul>
            {places.hasNextPage && <More busy={places.isFetchingNextPage} onMore={() => void places.fetchNextPage()} />}
          </>
        )}
      </div>
    </section>
  );
}

export function PanelHead({ title, onClose }: { title: ReactNode; onClose(): void }) {
  return (
    <header className="flex items-start gap-2 px-4 pt-3 pb-1">
      <h2 className="flex min-w-0 flex-1 items-start gap-2 font-serif text-lg leading-snug font-semibold [overflow-wrap:anywhere]">
        {title}
      </h2>
      <IconButton label="Close" data-testid="close-panel" className="-mt-0.5 -mr-2" onClick={onClose}>
        <X size={17} />
      </IconButton>
    </header>
  );
}

export function SectionHead({ children }: { children: ReactNode }) {
  return <h3 className="mt-4 mb-1 border-t border-rule px-4 pt-3 text-sm font-semibold text-soft">{children}</h3>;
}

export function More({ busy, onMore }: { busy: boolean; onMore(): void }) {
  return (
    <div className="px-4 pt-1">
      <Button className="!px-2 !py-0.5 !text-xs" disabled={busy} onClick={onMore}>
        {busy ? 'Reading…' : 'Show more'}
      </Button>
    </div>
  );
}

function Connections({ id, onChoose }: { id: string; onChoose(id: string): void }) {
  const { orpc, projectId } = useDesk();
  const [most, setMost] = useState(RELATIONS_AT_ONCE);
  const { data, error, isFetching } = useQuery(
    orpc.graph.relations.queryOptions({
      input: { id: projectId ?? '', entity_id: id, limit: most, evidence: EVIDENCE },
      placeholderData: keepPreviousData,
    }),
  );
  return (
    <>
      <SectionHead>Connected with</SectionHead>
      {error && <p className="px-4 text-sm text-alarm">{sentenceOf(error)}</p>}
      {!data && !error && <p className="px-4 text-sm text-soft">Looking…</p>}
      {data?.items.length === 0 && <p className="px-4 text-sm text-soft">Nothing else is named in the same sentences.</p>}
      <ul className="px-2" data-testid="thing-connections">
        {data?.items.map((relation) => (
          <li key={relation.id}>
            <Connection relation={relation} from={id} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {data?.next_cursor && most < 200 && <More busy={isFetching} onMore={() => setMost(Math.min(200, most * 3))} />}
    </>
  );
}

interface ConnectionProps {
  relation: Relation;
  from: string;
  onChoose(id: string): void;
}

function Connection({ relation, from, onChoose }: ConnectionProps) {
  const [open, setOpen] = useState(false);
  const { type, weight, source, evidence } = relation;
  const forward = source === from;
  const [other, name] = forward ? [relation.target, relation.target_name] : [source, relation.source_name];
  return (
    <div data-testid="connection">
      <div className="flex items-center gap-0.5">
        <IconButton
          label={`Sentences that name both, ${name} too`}
          aria-expanded={open}
          data-testid="connection-evidence"
          className="!size-7"
          onClick={() => setOpen(!open)}
        >
          <ChevronRight size={15} className={`transition-transform ${open ? 'rotate-90' : ''}`} />
        </IconButton>
        <button
          type="button"
          data-testid="connection-other"
          onClick={() => onChoose(other)}
          className="flex min-w-0 flex-1 items-baseline gap-2 rounded-md px-1.5 py-1 text-left text-sm hover:bg-sunk"
        >
          <span className="min-w-0 flex-1">
            {type !== 'mentioned_with' && <span className="text-soft">{relationWords(relation, from)} </span>}
            <span className="font-medium [overflow-wrap:anywhere]">{name}</span>
          </span>
          <span className="shrink-0 font-mono text-xs text-soft" title={`In ${counted(weight, 'sentence')}`}>
            {weight}
          </span>
        </button>
      </div>
      {open && (
        <ul className="mb-1 ml-3.5 border-l border-rule pl-1.5">
          {evidence.map((place) => (
            <li key={`${place.chunk_id}-${place.char_start}`}>
              <PressmarkRow place={place} />
            </li>
          ))}
          {evidence.length === 0 && <li className="px-2 py-1 text-sm text-soft">No sentence is kept for it.</li>}
        </ul>
      )}
    </div>
  );
}
