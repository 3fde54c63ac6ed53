/** The shape and colour of a kind, as the drawing has it. */
import type { EntityType } from '../../src-main/contract/graph';
import { KINDS, type Shape } from './kinds';

const PATHS: Record<Shape, string> = {
  circle: 'M6 1a5 5 0 1 1 0 10A5 5 0 1 1 6 1Z',
  square: 'M1.5 1.5h9v9h-9Z',
  triangle: 'M6 .8 11.6 10.6H.4Z',
  diamond: 'M6 .4 11.6 6 6 11.6.4 6Z',
};

export function KindSign({ type, className = '' }: { type: EntityType; className?: string }) {
  const { shape, colour } = KINDS[type];
  return (
    <svg viewBox="0 0 12 12" aria-hidden className={`size-3 shrink-0 ${className}`}>
      <path d={PATHS[shape]} fill={`var(${colour})`} />
    </svg>
  );
}
