/** How the people, places and things of the documents connect: drawn, or as a list, with what is chosen beside it. */
import { List, Waypoints } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { GraphOverview, GraphPath } from '../../src-main/contract/graph';
import { GraphCanvas } from '../graph/canvas';
import { useGraphData, useOverview } from '../graph/data';
import { DeepPanel } from '../graph/deep-panel';
import { type ColourBy, edgeKey, type Focus } from '../graph/drawing';
import { FilterBar } from '../graph/filter-bar';
import { GraphMenu, type Side } from '../graph/graph-menu';
import { type PathEnds, PathPanel, usePath } from '../graph/path-panel';
import { SuggestionsPanel } from '../graph/suggestions-panel';
import { ThemesPanel } from '../graph/themes-panel';
import { ThingPanel } from '../graph/thing-panel';
import { ThingSearch } from '../graph/thing-search';
import { ThingTable } from '../graph/thing-table';
import { ALL, degrees, drawnEdges, type Edge, type GraphData, visiblePart } from '../graph/visible';
import { sentenceOf, useDesk } from '../state';
import { counted } from '../words';

type Form = 'drawing' | 'list';
const EMPTY: GraphData = { nodes: [], edges: [], truncated: false };

/** Large parts of a growing graph are read again, not each document's. */
const stageOf = (overview: GraphOverview | undefined): number | undefined =>
  overview && (overview.complete ? overview.chunks : Math.floor(Math.sqrt(overview.chunks_done)));

export function GraphView() {
  const { projectId } = useDesk();
  const overview = useOverview();
  const { data = EMPTY, error, isPending } = useGraphData(stageOf(overview.data));
  const failure = overview.error ?? error;
  if (projectId === null) return <Nothing text="Add a document first: what it speaks of is shown here." />;
  if (failure) return <Nothing text={sentenceOf(failure)} alarming />;
  if (overview.data && data.nodes.length === 0 && !isPending) return <Empty overview={overview.data} />;
  return <Graph projectId={projectId} data={data} overview={overview.data} waiting={isPending} />;
}

function Nothing({ text, alarming = false }: { text: string; alarming?: boolean }) {
  return (
    <main aria-label="Graph" data-testid="graph-empty" className="grid h-full place-items-center bg-sheet p-8 text-center">
      <p role={alarming ? 'alert' : 'status'} className={`max-w-[30rem] ${alarming ? 'text-alarm' : 'text-soft'}`}>
        {text}
      </p>
    </main>
  );
}

function Empty({ overview: { complete, chunks, chunks_done } }: { overview: GraphOverview }) {
  if (chunks === 0) return <Nothing text="Add a document first: the people, places and things that it names are shown here." />;
  if (!complete) return <Nothing text={`Names are being looked for: ${chunks_done} of ${chunks} passages are read.`} />;
  return <Nothing text="No people, places or other names were found in these documents." />;
}

interface Props {
  projectId: string;
  data: GraphData;
  overview: GraphOverview | undefined;
  waiting: boolean;
}

/** What is chosen, and what lies beside the graph; behind a thing, what it was chosen from. */
function useChoice() {
  const [chosen, setChosen] = useState<string | null>(null);
  const [ends, setEnds] = useState<PathEnds | null>(null);
  const [side, setSide] = useState<Side | null>(null);
  const choose = (id: string | null) => {
    setChosen(id);
    setEnds(null);
  };
  const open = (next: Side | null) => {
    choose(null);
    setSide(next);
  };
  return { chosen, ends, side, choose, setEnds, open };
}

function Graph({ projectId, data, overview, waiting }: Props) {
  const [filters, setFilters] = useState(ALL);
  const [by, setBy] = useState<ColourBy>('kind');
  const [form, setForm] = useState<Form>('drawing');
  const [drawable, setDrawable] = useState(true);
  const choice = useChoice();
  const { chosen, ends, choose } = choice;
  const path = usePath(ends);
  const shown = useMemo(() => visiblePart(data, filters), [data, filters]);
  const lines = useMemo(() => drawnEdges(shown.edges), [shown]);
  const listed = useMemo(() => visiblePart(data, { ...filters, lonely: true }), [data, filters]);
  const focus = useMemo(() => focusOn(chosen, lines, ends ? path.data : undefined), [chosen, lines, ends, path.data]);
  const drawn = form === 'drawing' && drawable;
  return (
    <main aria-label="Graph" data-testid="graph" className="@container flex h-full flex-col bg-sheet">
      <div className="flex flex-col gap-2.5 border-b border-rule px-4 py-3">
        <div className="flex items-center gap-2">
          <ThingSearch label="Find in the graph" placeholder="Find by name" testId="graph-search" onChoose={({ id }) => choose(id)} />
          <FormChoice form={drawable ? form : 'list'} drawable={drawable} onForm={setForm} />
          <GraphMenu onSide={choice.open} />
        </div>
        <FilterBar data={data} filters={filters} onFilters={setFilters} by={by} onBy={setBy} />
        <Status
          data={data}
          shown={drawn ? shown : listed}
          lines={drawn ? lines.length : null}
          overview={overview}
          drawable={drawable}
          waiting={waiting}
        />
      </div>
      <Beside panel={panelOf(choice, path)}>
        {drawn ? (
          <GraphCanvas
            projectId={projectId}
            nodes={shown.nodes}
            edges={lines}
            by={by}
            focus={focus}
            onChoose={choose}
            onFailed={() => setDrawable(false)}
          />
        ) : (
          <ThingTable nodes={listed.nodes} connections={degrees(listed.edges)} chosen={chosen} onChoose={choose} />
        )}
      </Beside>
    </main>
  );
}

/** A panel stands on the right where there is room, and below where there is not. */
function Beside({ panel, children }: { panel: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col @min-[46rem]:flex-row">
      <div className={`min-h-0 min-w-0 flex-1 ${panel ? 'max-h-[45%] @min-[46rem]:max-h-none' : ''}`}>{children}</div>
      {panel && (
        <div className="min-h-0 flex-1 border-rule @max-[46rem]:border-t @min-[46rem]:w-[21rem] @min-[46rem]:flex-none @min-[46rem]:border-l">
          {panel}
        </div>
      )}
    </div>
  );
}

function panelOf({ chosen, ends, side, choose, setEnds, open }: ReturnType<typeof useChoice>, path: ReturnType<typeof usePath>): ReactNode {
  if (ends) return <PathPanel ends={ends} path={path} onChoose={choose} onClose={() => setEnds(null)} />;
  if (chosen !== null) {
    return (
      <ThingPanel key={chosen} id={chosen} onChoose={choose} onClose={() => choose(null)} onPath={(from, to) => setEnds({ from, to })} />
    );
  }
  if (side === 'suggestions') return <SuggestionsPanel onChoose={choose} onClose={() => open(null)} />;
  if (side === 'deep') return <DeepPanel onClose={() => open(null)} />;
  if (side === 'themes') return <ThemesPanel onChoose={choose} onClose={() => open(null)} />;
  return null;
}

function focusOn(chosen: string | null, edges: Edge[], path: GraphPath | undefined): Focus | null {
  if (path) {
    const nodes = new Set(path.entities.map(({ id }) => id));
    return { nodes, edges: new Set(path.relations.map(edgeKey)), chosen: path.entities[0]?.id ?? null };
  }
  if (chosen === null) return null;
  const around = edges.filter(({ source, target }) => source === chosen || target === chosen);
  const nodes = new Set([chosen, ...around.flatMap(({ source, target }) => [source, target])]);
  return { nodes, edges: new Set(around.map(edgeKey)), chosen };
}

const FORMS = [
  ['drawing', 'Drawing', Waypoints],
  ['list', 'List', List],
] as const;

function FormChoice({ form, drawable, onForm }: { form: Form; drawable: boolean; onForm(form: Form): void }) {
  return (
    <fieldset className="flex shrink-0 gap-1 rounded-md bg-sunk p-1">
      <legend className="sr-only">How the graph is shown</legend>
      {FORMS.map(([name, label, Icon]) => (
        <button
          key={name}
          type="button"
          aria-pressed={form === name}
          disabled={name === 'drawing' && !drawable}
          data-testid={`graph-as-${name}`}
          onClick={() => onForm(name)}
          className={`rounded px-2.5 py-0.5 text-sm disabled:opacity-45 ${form === name ? 'bg-sheet font-semibold' : 'text-soft hover:text-ink'}`}
        >
          <Icon size={16} aria-hidden className="my-0.5 hidden @max-[30rem]:block" />
          <span className="@max-[30rem]:sr-only">{label}</span>
        </button>
      ))}
    </fieldset>
  );
}

interface StatusProps {
  data: GraphData;
  shown: { nodes: unknown[]; edges: unknown[] };
  /** Of the connections, so many are drawn. */
  lines: number | null;
  overview: GraphOverview | undefined;
  drawable: boolean;
  waiting: boolean;
}

function Status({ data, shown, lines, overview, drawable, waiting }: StatusProps) {
  const alone = data.nodes.length - shown.nodes.length;
  const parts = [
    waiting ? 'Reading the graph…' : `${counted(shown.nodes.length, 'thing')}, ${counted(shown.edges.length, 'connection')}`,
    !waiting && alone > 0 && `${alone.toLocaleString('en')} more in the list`,
    lines !== null && lines < shown.edges.length && `the strongest ${lines.toLocaleString('en')} are drawn`,
    data.truncated && 'the best connected of a larger graph',
    overview && !overview.complete && `${Math.floor((100 * overview.chunks_done) / Math.max(1, overview.chunks))} % of the passages read`,
  ];
  return (
    <p role="status" data-testid="graph-status" className="text-xs text-soft">
      {parts.filter(Boolean).join(' · ')}
      {!drawable && '. This browser cannot draw graphs (WebGL 2 is missing); the list has all of it.'}
    </p>
  );
}
