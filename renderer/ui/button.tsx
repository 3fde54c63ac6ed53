/** Buttons: filled for the one main action, quiet for the rest, and icons with a spoken name. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: 'main' | 'quiet' | 'alarm' };
const KINDS = {
  main: 'bg-cloth text-on-cloth hover:opacity-90',
  quiet: 'border border-rule bg-sheet hover:bg-sunk',
  alarm: 'bg-alarm text-sheet hover:opacity-90',
};

export function Button({ kind = 'quiet', className = '', ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={`inline-flex items-center gap-2 rounded-md px-3 py-1.5 text-sm font-medium disabled:opacity-45 ${KINDS[kind]} ${className}`}
    />
  );
}

export function IconButton({ label, children, className = '', ...rest }: Props & { label: string; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`inline-grid size-8 shrink-0 place-items-center rounded-md text-soft hover:bg-sunk hover:text-ink disabled:opacity-40 ${className}`}
    >
      {children}
    </button>
  );
}
