/** Draws a graph with WebGL: nodes by kind or group, sizes by mentions, the chosen one with what surrounds it; tells what is clicked. */
import Graph from 'graphology';
import Sigma from 'sigma';
import { layerFill, layerPlain, pathLine, sdfCircle, sdfDiamond, sdfSquare, sdfTriangle } from 'sigma/rendering';
import type { EntityType } from '../../src-main/contract/graph';
import { colourOf, KINDS } from './kinds';
import type { Places } from './layout';
import { drawFewerWhile, drawsOnProcessor } from './processor';
import type { Edge, Node } from './visible';

export type ColourBy = 'kind' | 'group';

/** Two things have at most one relation of a type in each direction. */
export const edgeKey = ({ source, target, type }: Pick<Edge, 'source' | 'target' | 'type'>): string => `${source} ${type} ${target}`;

/** What stands out: nodes with their relations; null for the whole graph in its colours. */
export interface Focus {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
  chosen: string | null;
}

const SIZE = { least: 3.5, growth: 1.6, most: 18 };
/** Up to so many nodes they are drawn at their full size. */
const ROOMY = 500;
/** How much of the graph is seen around a chosen node: of its width, and of the way to the farthest that it is connected with. */
const NEAR = { least: 0.08, most: 0.7, room: 2.8 };
/** More lines than these are not drawn while the graph is moved: every machine keeps up then. */
const MANY_EDGES = 3_000;
const THICK = { least: 0.7, most: 4 };
const GROUP_COLOURS = 8;
/** On screen, not of the graph: nodes neither vanish nor swell while one zooms. */
const SETTINGS = {
  itemSizesReference: 'screen',
  labelRenderedSizeThreshold: 5.5,
  labelDensity: 0.7,
  labelGridCellSize: 110,
  minCameraRatio: 0.02,
  maxCameraRatio: 3,
  stagePadding: 36,
  enableCameraRotation: false,
  hideEdgesOnMove: false,
  minEdgeThickness: 0.6,
  nodePickingPadding: 3,
  allowInvalidContainer: true,
} as const;

const NODE_STATE = { isFaded: false, isShown: false, isChosen: false };
const EDGE_STATE = { isFaded: false, isShown: false };

interface NodeLook extends Record<string, unknown> {
  x: number;
  y: number;
  size: number;
  shape: string;
  color: string;
  label: string;
}

const when = <const S extends string, const T, const E>(whenState: S, then: T, otherwise: E) => ({ whenState, then, else: otherwise });

/** Bindings and named states only: a function would be asked again for every node at every movement of the pointer. */
function createRenderer(graph: Graph, container: HTMLElement, slow: boolean) {
  const sheet = colourOf('--sheet');
  return new Sigma(graph, container, {
    settings: {
      ...SETTINGS,
      antialiasNodes: !slow,
      antialiasEdges: !slow,
      hideLabelsOnMove: slow,
      pickingDownSizingRatio: slow ? 4 : 2,
    },
    customNodeState: NODE_STATE,
    customEdgeState: EDGE_STATE,
    primitives: {
      nodes: { shapes: [sdfCircle(), sdfSquare(), sdfTriangle(), sdfDiamond()], layers: [layerFill()] },
      edges: { paths: [pathLine()], layers: [layerPlain()] },
    },
    styles: {
      nodes: {
        x: { attribute: 'x' },
        y: { attribute: 'y' },
        size: { attribute: 'size' },
        shape: { attribute: 'shape' },
        color: when('isFaded', colourOf('--graph-faded'), { attribute: 'color' }),
        label: { attribute: 'label' },
        labelColor: colourOf('--ink'),
        labelFont: getComputedStyle(container).fontFamily,
        labelSize: 12,
        labelBackgroundColor: sheet,
        labelBackgroundPadding: 1,
        labelVisibility: when('isFaded', 'hidden', when('isShown', 'visible', when('isHovered', 'visible', 'auto'))),
        depth: when('isShown', 'topNodes', when('isHovered', 'topNodes', 'nodes')),
        backdropVisibility: when('isChosen', 'visible', when('isHovered', 'visible', 'hidden')),
        backdropColor: sheet,
        backdropShadowColor: 'rgba(0, 0, 0, 0.35)',
        backdropShadowBlur: 8,
        backdropPadding: 5,
        cursor: 'pointer',
      },
      edges: {
        size: { attribute: 'size' },
        color: when('isShown', colourOf('--graph-edge-shown'), { attribute: 'color' }),
        visibility: when('isFaded', 'hidden', 'visible'),
        depth: when('isShown', 'topEdges', 'edges'),
      },
    },
  });
}

const sizeOf = (mentions: number, scale: number) => scale * Math.min(SIZE.most, SIZE.least + SIZE.growth * Math.sqrt(mentions - 1));
const thicknessOf = (weight: number) => Math.min(THICK.most, THICK.least + 0.55 * Math.log2(weight));

/** The colours of the largest groups; the others share one. */
const groupColours = () => Array.from({ length: GROUP_COLOURS }, (_, n) => colourOf(`--group-${n + 1}`));

export class GraphDrawing {
  readonly #graph = new Graph({ type: 'undirected', multi: true });
  readonly #renderer: ReturnType<typeof createRenderer>;
  readonly #slow = drawsOnProcessor();
  /** Where the camera is being moved to by steps. */
  #goal: { x: number; y: number } | null = null;

  /** @throws where the browser has no WebGL */
  constructor(container: HTMLElement, onChoose: (id: string | null) => void) {
    this.#renderer = createRenderer(this.#graph, container, this.#slow);
    if (this.#slow) this.#spare();
    this.#renderer.on('clickNode', ({ node }) => onChoose(node));
    this.#renderer.on('clickStage', () => onChoose(null));
  }

  /** What sigma calls moved, too: it leaves out the lines and the names then, and draws everything again afterwards. */
  #spare(): void {
    const camera = this.#renderer.getCamera();
    const mouse = this.#renderer.getMouseCaptor();
    const isMoved = () => camera.isAnimating() || mouse.isMoving || mouse.draggedEvents > 0 || mouse.currentWheelDirection !== 0;
    drawFewerWhile(this.#renderer.getWebGLContext(), isMoved);
  }

  /** Draws these and nothing else. */
  put(nodes: Node[], edges: Edge[], places: Places, by: ColourBy): void {
    const groups = groupColours();
    const kinds = new Map<EntityType, string>();
    const kindColour = (type: EntityType) => {
      const known = kinds.get(type) ?? colourOf(KINDS[type].colour);
      kinds.set(type, known);
      return known;
    };
    const other = colourOf('--group-other');
    const [edge, strong] = [colourOf('--graph-edge'), colourOf('--graph-edge-named')];
    const scale = Math.min(1, (ROOMY / nodes.length) ** 0.4);
    this.#renderer.setSettings({ hideEdgesOnMove: this.#slow || edges.length > MANY_EDGES, labelRenderedSizeThreshold: 5.5 * scale });
    this.#graph.clear();
    // The most mentioned first: the small ones lie above the large ones, and are the first to be left out.
    for (const { id, name, type, mentions, group } of nodes.toSorted((one, two) => two.mentions - one.mentions)) {
      const { x, y } = places.get(id) ?? { x: 0, y: 0 };
      const color = by === 'kind' ? kindColour(type) : (groups[group] ?? other);
      const look: NodeLook = { x, y, size: sizeOf(mentions, scale), shape: KINDS[type].shape, color, label: name };
      this.#graph.addNode(id, look);
    }
    for (const { source, target, type, weight } of edges) {
      this.#graph.addEdgeWithKey(edgeKey({ source, target, type }), source, target, {
        size: thicknessOf(weight),
        color: type === 'mentioned_with' ? edge : strong,
      });
    }
    this.#renderer.refresh();
  }

  place(places: Places): void {
    this.#graph.updateEachNodeAttributes((id, look) => ({ ...look, ...places.get(id) }), { attributes: ['x', 'y'] });
  }

  focus(focus: Focus | null): void {
    const nodes = this.#graph.nodes();
    const edges = this.#graph.edges();
    const chosen = focus?.chosen ?? null;
    const [shown, faded] = split(nodes, focus?.nodes);
    const [shownEdges, fadedEdges] = split(edges, focus?.edges);
    this.#renderer.setNodesState(nodes, { isChosen: false });
    this.#renderer.setNodesState(shown, { isFaded: false, isShown: focus !== null });
    this.#renderer.setNodesState(faded, { isFaded: true, isShown: false });
    this.#renderer.setEdgesState(shownEdges, { isFaded: false, isShown: focus !== null });
    this.#renderer.setEdgesState(fadedEdges, { isFaded: true, isShown: false });
    if (chosen !== null && this.#graph.hasNode(chosen)) this.#renderer.setNodeState(chosen, { isChosen: true });
  }

  /** Moves the camera to a node, near enough to see what surrounds it apart. */
  goTo(id: string, around: Iterable<string>, duration: number): void {
    const at = this.#renderer.getNodeDisplayData(id);
    if (!at) return;
    const far = [...around].reduce((most, other) => {
      const place = this.#renderer.getNodeDisplayData(other);
      return place ? Math.max(most, Math.abs(place.x - at.x), Math.abs(place.y - at.y)) : most;
    }, 0);
    const ratio = Math.min(NEAR.most, Math.max(NEAR.least, far * NEAR.room));
    void this.#renderer.getCamera().animate({ x: at.x, y: at.y, ratio }, { duration });
  }

  zoom(factor: number, duration: number): void {
    const camera = this.#renderer.getCamera();
    void camera.animate({ ratio: camera.getBoundedRatio(camera.ratio * factor) }, { duration });
  }

  /** In parts of what is seen; steps that come before the last one ended are added to it. */
  pan(right: number, down: number, duration: number): void {
    const camera = this.#renderer.getCamera();
    const from = this.#goal ?? camera;
    const goal = { x: from.x + right * camera.ratio, y: from.y - down * camera.ratio };
    this.#goal = goal;
    // While the camera is on its way it counts as moved: what takes long to draw is left out.
    void camera.animate(goal, { duration }).then(() => {
      if (this.#goal === goal) this.#goal = null;
    });
  }

  fit(duration: number): void {
    void this.#renderer.getCamera().reset({ duration });
  }

  /** After its container got another size. */
  resize(): void {
    this.#renderer.resize();
    this.#renderer.scheduleRefresh();
  }

  destroy(): void {
    this.#renderer.kill();
  }
}

/** Without a choice everything is kept. */
function split(all: string[], chosen: ReadonlySet<string> | undefined): [string[], string[]] {
  if (!chosen) return [all, []];
  return [all.filter((id) => chosen.has(id)), all.filter((id) => !chosen.has(id))];
}
