/** What is known of the mirrors at the moment. */
import { MirrorError, type MirrorHealth } from '../ports/mirror';
import type { MirrorTarget } from '../ports/outbox';

export function createMirrorHealth(): MirrorHealth {
  const working = new Set<MirrorTarget>();
  const troubles = new Map<MirrorTarget, { error: MirrorError; since: Date }>();
  return {
    ready: (target) => working.has(target),
    works(target) {
      working.add(target);
      troubles.delete(target);
    },
    failed(target, error) {
      working.delete(target);
      const since = troubles.get(target)?.since ?? new Date();
      troubles.set(target, { error: error instanceof MirrorError ? error : new MirrorError('failed', messageOf(error)), since });
    },
    trouble: (target) => troubles.get(target) ?? null,
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);
