/** The rows of a menu. */
import type { LucideIcon } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

export const MENU = 'z-40 min-w-56 rounded-lg border border-rule bg-sheet p-1 text-sm shadow-xl';

interface Props {
  icon: LucideIcon;
  testId: string;
  disabled?: boolean;
  onSelect(): void;
  children: ReactNode;
}

export function MenuItem({ icon: Icon, testId, disabled = false, onSelect, children }: Props) {
  return (
    <DropdownMenu.Item
      data-testid={testId}
      disabled={disabled}
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 outline-none data-[disabled]:opacity-45 data-[highlighted]:bg-sunk"
    >
      <Icon size={15} aria-hidden className="shrink-0 text-soft" />
      {children}
    </DropdownMenu.Item>
  );
}
