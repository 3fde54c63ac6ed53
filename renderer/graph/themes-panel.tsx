/** What the documents are about: groups of things that are named together, with their words and documents. */
import { useQuery } from '@tanstack/react-query';
import type { Theme } from '../../src-main/contract/graph-view';
import { sentenceOf, useDesk } from '../state';
import { counted } from '../words';
import { KindSign } from './kind-sign';
import { PanelHead } from './thing-panel';

const AT_ONCE = 30;
const NAMED = 5;
const DOCUMENTS = 3;

interface Props {
  onChoose(id: string): void;
  onClose(): void;
}

export function ThemesPanel({ onChoose, onClose }: Props) {
  const { orpc, projectId } = useDesk();
  const { data, error } = useQuery(orpc.graph.themes.queryOptions({ input: { id: projectId ?? '', limit: AT_ONCE }, staleTime: 60_000 }));
  return (
    <section aria-label="Themes" data-testid="themes" className="flex h-full flex-col bg-paper">
      <PanelHead title="Themes" onClose={onClose} />
      <div className="min-h-0 flex-1 overflow-y-auto pb-4">
        <p className="px-4 text-sm text-soft">Things that are named together more often than with the rest, and the words around them.</p>
        {error && <p className="px-4 py-2 text-sm text-alarm">{sentenceOf(error)}</p>}
        {!data && !error && (
          <p role="status" className="px-4 py-2 text-sm text-soft">
            Looking for themes…
          </p>
        )}
        {data?.items.length === 0 && <p className="px-4 py-2 text-sm">Too little is connected for themes.</p>}
        <ol className="mt-2">
          {data?.items.map((theme) => (
            <ThemeRow key={theme.id} theme={theme} onChoose={onChoose} />
          ))}
        </ol>
      </div>
    </section>
  );
}

function ThemeRow({ theme: { name, size, terms, entities, documents }, onChoose }: { theme: Theme; onChoose(id: string): void }) {
  const { open } = useDesk();
  return (
    <li data-testid="theme" className="border-t border-rule px-4 py-3 first:border-t-0">
      <h3 className="text-sm font-semibold [overflow-wrap:anywhere]">{name}</h3>
      <p className="text-xs text-soft">
        {counted(size, 'thing')}
        {terms.length > 0 && ` · ${terms.join(', ')}`}
      </p>
      <ul className="mt-1.5 flex flex-wrap gap-1">
        {entities.slice(0, NAMED).map(({ id, name: entity, type }) => (
          <li key={id} className="max-w-full">
            <button
              type="button"
              onClick={() => onChoose(id)}
              className="inline-flex max-w-full items-center gap-1.5 rounded-full border border-rule bg-sheet px-2 py-0.5 text-xs hover:bg-sunk"
            >
              <KindSign type={type} className="size-2.5" />
              <span className="truncate">{entity}</span>
            </button>
          </li>
        ))}
      </ul>
      <ul className="mt-1 -mx-2">
        {documents.slice(0, DOCUMENTS).map(({ document_id, filename, passages }) => (
          <li key={document_id}>
            <button
              type="button"
              onClick={() => open({ document_id, filename, page: 1, char_start: 0, char_end: 0, quote: '' })}
              className="flex w-full items-baseline gap-2 rounded-md px-2 py-0.5 text-left text-xs hover:bg-sunk"
            >
              <span className="min-w-0 flex-1 truncate">{filename}</span>
              <span className="shrink-0 text-soft">{counted(passages, 'passage')}</span>
            </button>
          </li>
        ))}
      </ul>
    </li>
  );
}
