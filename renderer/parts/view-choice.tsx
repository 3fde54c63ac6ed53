/** Chooses what the middle of a wide window shows; a narrow one has tabs for it. */
import { Cpu, MessageSquareText, Waypoints } from 'lucide-react';
import { useDesk } from '../state';

export const VIEWS = [
  ['chat', 'Questions', MessageSquareText],
  ['graph', 'Graph', Waypoints],
  ['models', 'Models', Cpu],
] as const;

export function ViewChoice() {
  const { view, show } = useDesk();
  return (
    <nav aria-label="Views" className="@container mx-3 mb-3 flex gap-1 rounded-md bg-sunk p-1 max-[899px]:hidden">
      {VIEWS.map(([name, label, Icon]) => (
        <button
          key={name}
          type="button"
          aria-current={view === name ? 'page' : undefined}
          data-testid={`view-${name}`}
          onClick={() => show(name)}
          className={`flex flex-auto items-center justify-center gap-1 rounded px-1 py-1 text-[0.8125rem] ${view === name ? 'bg-sheet font-semibold' : 'text-soft hover:text-ink'}`}
        >
          <Icon size={15} aria-hidden className="hidden shrink-0 @min-[17rem]:block" />
          {label}
        </button>
      ))}
    </nav>
  );
}
