/** Names that may mean the same: said to be one, or not; and what was made one, to undo. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Entity } from '../../src-main/contract/graph';
import type { Merge, MergeReason, Suggestion } from '../../src-main/contract/graph-merges';
import { sentenceOf, useDesk } from '../state';
import { Button } from '../ui/button';
import { counted } from '../words';
import { mapKey } from './data';
import { KindSign } from './kind-sign';
import { More, PanelHead, SectionHead } from './thing-panel';

const AT_ONCE = 50;
const MOST = 200;
const REASONS: Record<MergeReason, string> = {
  initials: 'One is the other with initials',
  legal_form: 'They differ in the legal form only',
  part_of_name: 'One name is in the other',
  short_form: 'One is a short form of the other',
  spelling: 'Nearly the same letters',
  abbreviation: 'One is the first letters of the other',
  type: 'The same name, taken for two kinds',
};
const SMALL = '!px-2 !py-0.5 !text-xs';

function useMergeActions() {
  const { client, orpc, projectId } = useDesk();
  const cache = useQueryClient();
  const id = projectId ?? '';
  const common = {
    onError: (error: Error) => toast.error(sentenceOf(error)),
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: orpc.graph.key() });
      await cache.invalidateQueries({ queryKey: mapKey(id) });
      await cache.invalidateQueries({ queryKey: ['graph-thing', id] });
    },
  };
  return {
    merge: useMutation({
      mutationFn: ({ entity, into }: Suggestion) => client.graph.merge({ id, entity_id: entity.id, into_id: into.id }),
      ...common,
    }),
    dismiss: useMutation({
      mutationFn: (suggestion_id: string) => client.graph.dismissSuggestion({ id, suggestion_id }),
      ...common,
    }),
    undo: useMutation({ mutationFn: (merge_id: string) => client.graph.unmerge({ id, merge_id }), ...common }),
  };
}

interface Props {
  onChoose(id: string): void;
  onClose(): void;
}

export function SuggestionsPanel({ onChoose, onClose }: Props) {
  const { orpc, projectId } = useDesk();
  const id = projectId ?? '';
  const [most, setMost] = useState({ suggestions: AT_ONCE, merges: AT_ONCE });
  const suggestions = useQuery(
    orpc.graph.suggestions.queryOptions({ input: { id, limit: most.suggestions }, placeholderData: keepPreviousData }),
  );
  const merges = useQuery(orpc.graph.merges.queryOptions({ input: { id, limit: most.merges }, placeholderData: keepPreviousData }));
  const actions = useMergeActions();
  const busy = actions.merge.isPending || actions.dismiss.isPending || actions.undo.isPending;
  return (
    <section aria-label="Names that may mean the same" data-testid="suggestions" className="flex h-full flex-col bg-paper">
      <PanelHead title="The same?" onClose={onClose} />
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        <p className="px-4 text-sm text-soft">What is certain is already one. These are likely; you decide, and can undo it.</p>
        {suggestions.error && <p className="px-4 py-2 text-sm text-alarm">{sentenceOf(suggestions.error)}</p>}
        {suggestions.isPending && <p className="px-4 py-2 text-sm text-soft">Comparing names…</p>}
        {suggestions.data?.items.length === 0 && (
          <p role="status" data-testid="no-suggestions" className="px-4 py-2 text-sm">
            No two names look like one.
          </p>
        )}
        <ul className="mt-2">
          {suggestions.data?.items.map((suggestion) => (
            <SuggestionRow
              key={suggestion.id}
              suggestion={suggestion}
              busy={busy}
              onChoose={onChoose}
              onSame={() => actions.merge.mutate(suggestion)}
              onDifferent={() => actions.dismiss.mutate(suggestion.id)}
            />
          ))}
        </ul>
        {suggestions.data?.next_cursor && most.suggestions < MOST && (
          <More busy={suggestions.isFetching} onMore={() => setMost({ ...most, suggestions: MOST })} />
        )}
        {Boolean(merges.data?.items.length) && (
          <>
            <SectionHead>Made one</SectionHead>
            <ul>
              {merges.data?.items.map((merge) => (
                <MergeRow key={merge.id} merge={merge} busy={busy} onUndo={() => actions.undo.mutate(merge.id)} />
              ))}
            </ul>
            {merges.data?.next_cursor && most.merges < MOST && (
              <More busy={merges.isFetching} onMore={() => setMost({ ...most, merges: MOST })} />
            )}
          </>
        )}
      </div>
    </section>
  );
}

interface RowProps {
  suggestion: Suggestion;
  busy: boolean;
  onChoose(id: string): void;
  onSame(): void;
  onDifferent(): void;
}

function SuggestionRow({ suggestion: { entity, into, reason, score }, busy, onChoose, onSame, onDifferent }: RowProps) {
  return (
    <li data-testid="suggestion" className="border-t border-rule px-2 py-2.5 first:border-t-0">
      <Named entity={into} onChoose={onChoose} />
      <Named entity={entity} onChoose={onChoose} />
      <p className="px-2 pt-0.5 text-xs text-soft">
        {REASONS[reason]} · {Math.round(score * 100)} % likely
      </p>
      <div className="mt-1.5 flex gap-1.5 px-2">
        <Button
          className={SMALL}
          data-testid="same"
          disabled={busy}
          aria-label={`The same: ${entity.name} is ${into.name}`}
          onClick={onSame}
        >
          The same
        </Button>
        <Button
          className={SMALL}
          data-testid="different"
          disabled={busy}
          aria-label={`Different: ${entity.name} is not ${into.name}`}
          onClick={onDifferent}
        >
          Different
        </Button>
      </div>
    </li>
  );
}

function Named({ entity, onChoose }: { entity: Entity; onChoose(id: string): void }) {
  return (
    <button
      type="button"
      onClick={() => onChoose(entity.id)}
      className="flex w-full items-center gap-2 rounded-md px-2 py-0.5 text-left text-sm hover:bg-sunk"
    >
      <KindSign type={entity.type} />
      <span className="min-w-0 flex-1 font-medium [overflow-wrap:anywhere]">{entity.name}</span>
      <span className="shrink-0 text-xs text-soft">{counted(entity.mentions, 'mention')}</span>
    </button>
  );
}

function MergeRow({ merge: { from, into }, busy, onUndo }: { merge: Merge; busy: boolean; onUndo(): void }) {
  return (
    <li data-testid="merge" className="flex items-center gap-2 px-4 py-1 text-sm">
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {from.name} <span className="text-soft">is</span> {into.name}
      </span>
      <Button className={SMALL} data-testid="undo-merge" disabled={busy} aria-label={`Undo: ${from.name} is ${into.name}`} onClick={onUndo}>
        <Undo2 size={13} aria-hidden />
        Undo
      </Button>
    </li>
  );
}
