/** What of the graph is shown, and how: the kinds, which are the legend too; how strong a connection must be; the colours. */
import { SlidersHorizontal } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useMemo } from 'react';
import type { EntityType } from '../../src-main/contract/graph';
import { Button } from '../ui/button';
import { counted } from '../words';
import type { ColourBy } from './drawing';
import { KindSign } from './kind-sign';
import { KIND_ORDER, KINDS } from './kinds';
import type { Filters, GraphData } from './visible';

interface Props {
  data: GraphData;
  filters: Filters;
  onFilters(filters: Filters): void;
  by: ColourBy;
  onBy(by: ColourBy): void;
}

export function FilterBar({ data, filters, onFilters, by, onBy }: Props) {
  const counts = useMemo(() => new Map([...Map.groupBy(data.nodes, ({ type }) => type)].map(([type, all]) => [type, all.length])), [data]);
  const strongest = useMemo(() => data.edges.reduce((most, { weight }) => Math.max(most, weight), 1), [data]);
  const toggle = (type: EntityType) => {
    const hidden = new Set(filters.hidden);
    if (!hidden.delete(type)) hidden.add(type);
    onFilters({ ...filters, hidden });
  };
  const narrowed = filters.weight > 1 || filters.lonely || by !== 'kind';
  return (
    <div className="flex items-start gap-2">
      <fieldset className="flex min-w-0 flex-1 gap-1.5 overflow-x-auto pb-0.5 [scrollbar-width:none] @min-[46rem]:flex-wrap">
        <legend className="sr-only">Kinds of things that are shown</legend>
        {KIND_ORDER.filter((type) => counts.has(type)).map((type) => {
          const shown = !filters.hidden.has(type);
          return (
            <button
              key={type}
              type="button"
              aria-pressed={shown}
              data-testid={`kind-${type}`}
              onClick={() => toggle(type)}
              className={`inline-flex shrink-0 items-center gap-1.5 rounded-full border px-2 py-0.5 text-xs ${shown ? 'border-rule bg-sheet' : 'border-dashed border-rule text-soft line-through'}`}
            >
              <KindSign type={type} className={shown ? '' : 'opacity-40'} />
              {KINDS[type].many}
              <span className="font-mono text-soft">{counts.get(type)?.toLocaleString('en')}</span>
            </button>
          );
        })}
      </fieldset>
      <Popover.Root>
        <Popover.Trigger asChild>
          <Button
            data-testid="graph-options"
            className={`shrink-0 !px-2 !py-0.5 !text-xs ${narrowed ? '!border-cloth !bg-wash text-cloth' : ''}`}
          >
            <SlidersHorizontal size={13} aria-hidden />
            Show
          </Button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="end"
            aria-label="What is shown, and in which colours"
            sideOffset={6}
            collisionPadding={12}
            className="z-40 w-[min(19rem,92vw)] rounded-lg border border-rule bg-sheet p-4 text-sm shadow-xl"
          >
            <Strength strongest={strongest} weight={filters.weight} onWeight={(weight) => onFilters({ ...filters, weight })} />
            <label className="mt-3 flex items-center gap-2">
              <input
                type="checkbox"
                data-testid="lonely"
                checked={filters.lonely}
                onChange={(event) => onFilters({ ...filters, lonely: event.currentTarget.checked })}
                className="accent-cloth"
              />
              Also what is connected with nothing
            </label>
            <Colours by={by} onBy={onBy} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}

/** Nobody needs finer steps between very strong and the strongest. */
const STRONGEST = 20;

function Strength({ strongest, weight, onWeight }: { strongest: number; weight: number; onWeight(weight: number): void }) {
  return (
    <label className="block">
      <span className="flex justify-between gap-2">
        Connections that stand in
        <output className="font-medium">{weight === 1 ? 'any sentence' : `at least ${counted(weight, 'sentence')}`}</output>
      </span>
      <input
        type="range"
        data-testid="strength"
        min={1}
        max={Math.max(2, Math.min(STRONGEST, strongest))}
        value={weight}
        disabled={strongest < 2}
        onChange={(event) => onWeight(Number(event.currentTarget.value))}
        className="mt-1 w-full accent-cloth"
      />
    </label>
  );
}

const COLOURS: [ColourBy, string][] = [
  ['kind', 'By kind'],
  ['group', 'By group'],
];

function Colours({ by, onBy }: { by: ColourBy; onBy(by: ColourBy): void }) {
  return (
    <fieldset className="mt-3">
      <legend>Colours</legend>
      <div className="mt-1 flex gap-1 rounded-md bg-sunk p-1">
        {COLOURS.map(([name, label]) => (
          <button
            key={name}
            type="button"
            aria-pressed={by === name}
            data-testid={`colour-${name}`}
            onClick={() => onBy(name)}
            className={`flex-1 rounded px-2 py-1 ${by === name ? 'bg-sheet font-semibold' : 'text-soft hover:text-ink'}`}
          >
            {label}
          </button>
        ))}
      </div>
      <p className="mt-1.5 text-xs text-soft">A group is what is named together more often than with the rest.</p>
    </fieldset>
  );
}
