/** The drawn graph, with its buttons: moved with the pointer, the fingers or the keys. */
import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useShownTheme } from '../theme';
import { IconButton } from '../ui/button';
import { type ColourBy, type Focus, GraphDrawing } from './drawing';
import { firstPlaces, type Places, settle } from './layout';
import type { Edge, Node } from './visible';

/** Where the nodes of a project came to rest, or are on their way to, so that it looks the same when one comes back. */
const known = new Map<string, { places: Places; atRest: boolean }>();

const MOVE_MS = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 350;
const ZOOM = 1.5;
const STEP = 0.15;
const STEP_MS = MOVE_MS / 2;
const KEYS: Record<string, (drawing: GraphDrawing) => void> = {
  ArrowLeft: (drawing) => drawing.pan(-STEP, 0, STEP_MS),
  ArrowRight: (drawing) => drawing.pan(STEP, 0, STEP_MS),
  ArrowUp: (drawing) => drawing.pan(0, -STEP, STEP_MS),
  ArrowDown: (drawing) => drawing.pan(0, STEP, STEP_MS),
  '+': (drawing) => drawing.zoom(1 / ZOOM, MOVE_MS),
  '-': (drawing) => drawing.zoom(ZOOM, MOVE_MS),
  '0': (drawing) => drawing.fit(MOVE_MS),
};

interface Props {
  projectId: string;
  nodes: Node[];
  edges: Edge[];
  by: ColourBy;
  focus: Focus | null;
  onChoose(id: string | null): void;
  /** Told once where graphs cannot be drawn. */
  onFailed(): void;
}

export function GraphCanvas({ projectId, nodes, edges, by, focus, onChoose, onFailed }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<GraphDrawing | null>(null);
  const theme = useShownTheme();
  const latest = useRef({ onChoose, onFailed });
  latest.current = { onChoose, onFailed };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of another theme are given at the beginning
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let made: GraphDrawing;
    try {
      made = new GraphDrawing(element, (id) => latest.current.onChoose(id));
    } catch {
      return latest.current.onFailed();
    }
    setDrawing(made);
    const observer = new ResizeObserver(() => element.clientWidth > 0 && made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      setDrawing(null);
    };
  }, [theme]);
  const busy = usePlaces({ drawing, projectId, nodes, edges, by });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn anew is in focus again
  useEffect(() => drawing?.focus(focus), [drawing, focus, nodes, edges, by]);
  const chosen = focus?.chosen ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the camera goes to another choice, and stays while filters change what surrounds it
  useEffect(() => {
    if (chosen !== null && focus) drawing?.goTo(chosen, focus.nodes, MOVE_MS);
  }, [drawing, chosen]);
  const onKeyDown = (event: KeyboardEvent) => {
    const act = KEYS[event.key];
    if (!act || !drawing) return;
    event.preventDefault();
    act(drawing);
  };
  return (
    <div className="relative h-full min-h-0">
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: arrow keys move what is seen */}
      <div
        ref={box}
        role="img"
        aria-label="Drawn graph. The list shows the same in words."
        tabIndex={0}
        data-testid="graph-canvas"
        data-settled={!busy}
        onKeyDown={onKeyDown}
        className="absolute inset-0 -outline-offset-2"
      />
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: see above */}
      <div className="absolute right-3 bottom-3 flex flex-col rounded-md border border-rule bg-sheet">
        <IconButton label="Nearer (+)" data-testid="graph-nearer" onClick={() => drawing?.zoom(1 / ZOOM, MOVE_MS)}>
          <ZoomIn size={16} />
        </IconButton>
        <IconButton label="Farther (-)" onClick={() => drawing?.zoom(ZOOM, MOVE_MS)}>
          <ZoomOut size={16} />
        </IconButton>
        <IconButton label="All of it (0)" onClick={() => drawing?.fit(MOVE_MS)}>
          <Maximize size={15} />
        </IconButton>
      </div>
    </div>
  );
}

type PlacesProps = Pick<Props, 'projectId' | 'nodes' | 'edges' | 'by'> & { drawing: GraphDrawing | null };

/** Puts the graph on the canvas and lets it come to rest; true while it has not. */
function usePlaces({ drawing, projectId, nodes, edges, by }: PlacesProps): boolean {
  const [busy, setBusy] = useState(true);
  useEffect(() => {
    if (!drawing || nodes.length === 0) return;
    const before = known.get(projectId) ?? { places: new Map(), atRest: false };
    const places = firstPlaces(nodes, before.places);
    drawing.put(nodes, edges, places, by);
    const atRest = before.atRest && nodes.every(({ id }) => before.places.has(id));
    setBusy(!atRest);
    if (atRest) return;
    let frame = 0;
    const end = settle(nodes, edges, places, (found, done) => {
      // Those that are hidden now keep the place that they had.
      known.set(projectId, { places: new Map([...before.places, ...found]), atRest: done });
      if (MOVE_MS === 0 && !done) return;
      // A slow machine draws the newest places only.
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        drawing.place(found);
        if (done) setBusy(false);
      });
    });
    return () => {
      end();
      cancelAnimationFrame(frame);
    };
  }, [drawing, projectId, nodes, edges, by]);
  return busy;
}
