/** Chooses which documents the list shows, by their state: of ten thousand, the few that failed are found at once. */
import { Check, ListFilter } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { DocumentState } from '../../src-main/contract/documents';
import { IconButton } from '../ui/button';

export type StateChoice = DocumentState | 'all';

const CHOICES: [StateChoice, string][] = [
  ['all', 'All documents'],
  ['failed', 'Failed'],
  ['queued', 'Waiting to be read'],
  ['parsing', 'Being read'],
  ['searchable', 'Searchable by words only'],
  ['embedding', 'Being learnt'],
  ['ready', 'Ready'],
  ['cancelled', 'Cancelled'],
];
export const stateName = (choice: StateChoice) => CHOICES.find(([state]) => state === choice)?.[1] ?? choice;

export function StateFilter({ chosen, onChoose }: { chosen: StateChoice; onChoose(choice: StateChoice): void }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <IconButton
          label={`Show documents by state: ${stateName(chosen)}`}
          data-testid="state-filter"
          className={chosen === 'all' ? '' : 'bg-wash !text-cloth'}
        >
          <ListFilter size={16} />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={12}
          className="z-40 min-w-52 rounded-lg border border-rule bg-sheet p-1 text-sm shadow-xl"
        >
          <DropdownMenu.RadioGroup value={chosen} onValueChange={(value) => onChoose(value as StateChoice)}>
            {CHOICES.map(([state, name]) => (
              <DropdownMenu.RadioItem
                key={state}
                value={state}
                data-testid={`state-${state}`}
                className="flex cursor-pointer items-center gap-2 rounded-md py-1.5 pr-3 pl-2 outline-none data-[highlighted]:bg-sunk data-[state=checked]:font-semibold"
              >
                <span className="size-4">
                  <DropdownMenu.ItemIndicator>
                    <Check size={15} aria-hidden />
                  </DropdownMenu.ItemIndicator>
                </span>
                {name}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
