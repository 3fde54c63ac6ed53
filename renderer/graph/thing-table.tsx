/** The graph in words: every thing that passes the filters, as a table that can be sorted; the drawing shows nothing more. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '../ui/button';
import { KindSign } from './kind-sign';
import { KINDS } from './kinds';
import type { Node } from './visible';

const ROWS = 100;

interface Row extends Node {
  connections: number;
}
type Column = 'name' | 'type' | 'mentions' | 'connections';
const COLUMNS: [Column, string][] = [
  ['name', 'Name'],
  ['type', 'Kind'],
  ['mentions', 'Mentions'],
  ['connections', 'Connections'],
];
const isCount = (column: Column): column is 'mentions' | 'connections' => column === 'mentions' || column === 'connections';

function compare(column: Column): (one: Row, two: Row) => number {
  if (isCount(column)) return (one, two) => one[column] - two[column];
  return (one, two) => one[column].localeCompare(two[column], 'en', { sensitivity: 'base' });
}

interface Props {
  nodes: Node[];
  connections: ReadonlyMap<string, number>;
  chosen: string | null;
  onChoose(id: string): void;
}

export function ThingTable({ nodes, connections, chosen, onChoose }: Props) {
  const [order, setOrder] = useState<{ by: Column; down: boolean }>({ by: 'mentions', down: true });
  const [most, setMost] = useState(ROWS);
  const rows = useMemo(() => {
    const sorted = nodes.map((node): Row => ({ ...node, connections: connections.get(node.id) ?? 0 })).sort(compare(order.by));
    return order.down ? sorted.reverse() : sorted;
  }, [nodes, connections, order]);
  const sort = (by: Column) => setOrder((old) => ({ by, down: old.by === by ? !old.down : isCount(by) }));
  return (
    <div className="h-full overflow-auto">
      <table data-testid="thing-table" className="w-full border-collapse text-sm">
        <caption className="sr-only">Things in the graph, {rows.length} in all</caption>
        <thead className="sticky top-0 z-10 bg-sheet">
          <tr>
            {COLUMNS.map(([column, label]) => (
              <Head key={column} column={column} label={label} order={order} onSort={sort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map((row) => (
            <tr key={row.id} data-testid="thing-row" className={`border-t border-rule ${row.id === chosen ? 'bg-wash' : 'hover:bg-sunk'}`}>
              <td className="w-full p-0">
                <button
                  type="button"
                  aria-pressed={row.id === chosen}
                  onClick={() => onChoose(row.id)}
                  className="flex w-full items-center gap-2 px-4 py-1.5 text-left font-medium break-words"
                >
                  <KindSign type={row.type} />
                  {row.name}
                </button>
              </td>
              <td className="px-3 py-1.5 text-soft whitespace-nowrap @max-[30rem]:hidden">{KINDS[row.type].one}</td>
              <td className="px-3 py-1.5 text-right font-mono text-xs">{row.mentions.toLocaleString('en')}</td>
              <td className="py-1.5 pr-4 pl-3 text-right font-mono text-xs">{row.connections.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <div className="px-4 py-3">
          <Button onClick={() => setMost(most + ROWS)}>Show more ({(rows.length - most).toLocaleString('en')} left)</Button>
        </div>
      )}
    </div>
  );
}

interface HeadProps {
  column: Column;
  label: string;
  order: { by: Column; down: boolean };
  onSort(column: Column): void;
}

function Head({ column, label, order, onSort }: HeadProps) {
  const sorted = order.by === column;
  const Arrow = order.down ? ArrowDown : ArrowUp;
  const side = isCount(column) ? 'justify-end text-right' : 'text-left';
  return (
    <th
      scope="col"
      aria-sort={sorted ? (order.down ? 'descending' : 'ascending') : 'none'}
      className={`p-0 font-semibold text-soft ${column === 'type' ? '@max-[30rem]:hidden' : ''}`}
    >
      <button
        type="button"
        onClick={() => onSort(column)}
        className={`flex w-full items-center gap-1 py-2 hover:text-ink ${column === 'name' ? 'px-4' : 'px-3'} ${column === 'connections' ? 'pr-4' : ''} ${side}`}
      >
        {label}
        {sorted && <Arrow size={13} aria-hidden />}
      </button>
    </th>
  );
}
