/** How two things are connected: each step with the sentence that says it. */
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import type { Entity, GraphPath, Relation } from '../../src-main/contract/graph';
import { PressmarkRow } from '../parts/pressmark-row';
import { sentenceOf, useDesk } from '../state';
import { KindSign } from './kind-sign';
import { relationWords } from './kinds';
import { PanelHead } from './thing-panel';

export interface PathEnds {
  from: Entity;
  to: Entity;
}

export function usePath(ends: PathEnds | null) {
  const { orpc, projectId } = useDesk();
  return useQuery(
    orpc.graph.path.queryOptions({
      input: { id: projectId ?? '', from: ends?.from.id ?? '', to: ends?.to.id ?? '', evidence: 2 },
      enabled: ends !== null,
    }),
  );
}

interface Props {
  ends: PathEnds;
  path: ReturnType<typeof usePath>;
  onChoose(id: string): void;
  onClose(): void;
}

export function PathPanel({ ends: { from, to }, path: { data, error }, onChoose, onClose }: Props) {
  return (
    <section aria-label="Connection of two things" data-testid="path" className="flex h-full flex-col bg-paper">
      <PanelHead title={`${from.name} and ${to.name}`} onClose={onClose} />
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        {error && <p className="px-2 text-sm text-alarm">{sentenceOf(error)}</p>}
        {!data && !error && (
          <p role="status" className="px-2 text-sm text-soft">
            Looking for a way…
          </p>
        )}
        {data && !data.found && (
          <p role="status" data-testid="no-path" className="px-2 text-sm text-soft">
            No chain of up to six connections leads from one to the other.
          </p>
        )}
        {data?.found && <Steps path={data} onChoose={onChoose} />}
      </div>
    </section>
  );
}

function Steps({ path: { entities, relations }, onChoose }: { path: GraphPath; onChoose(id: string): void }) {
  return (
    <ol data-testid="path-steps">
      {entities.map((entity, n) => {
        const relation = relations[n - 1];
        return (
          <Fragment key={entity.id}>
            {relation && <Step relation={relation} from={entities[n - 1]?.id} />}
            <li>
              <button
                type="button"
                onClick={() => onChoose(entity.id)}
                className="flex w-full items-center gap-2 rounded-md px-2 py-1.5 text-left text-sm font-semibold hover:bg-sunk"
              >
                <KindSign type={entity.type} />
                <span className="min-w-0 [overflow-wrap:anywhere]">{entity.name}</span>
              </button>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}

function Step({ relation, from }: { relation: Relation; from: string | undefined }) {
  return (
    <li className="ml-3.5 border-l-2 border-rule py-1 pl-2.5">
      <p className="px-2 text-sm text-soft">{relationWords(relation, from)}</p>
      <ul>
        {relation.evidence.map((place) => (
          <li key={`${place.chunk_id}-${place.char_start}`}>
            <PressmarkRow place={place} />
          </li>
        ))}
      </ul>
    </li>
  );
}
