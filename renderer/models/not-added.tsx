/** Imports that failed: what was wrong with each, and another try. A model that is none is nowhere else to be seen. */
import { X } from 'lucide-react';
import { useState } from 'react';
import type { Job } from '../../src-main/contract/jobs';
import type { Model } from '../../src-main/contract/models';
import { IconButton } from '../ui/button';
import { FetchFailed } from './fetch-progress';
import type { ModelActions } from './models';

const KEY = 'pressmark-seen-imports';
/** More than anybody looks through; the oldest are forgotten. */
const KEPT = 200;

/** One id a line; ids have no gaps. */
function readSeen(): string[] {
  return (localStorage.getItem(KEY) ?? '').split('\n').filter(Boolean);
}

function useSeen(): [string[], (id: string) => void] {
  const [seen, setSeen] = useState(readSeen);
  const add = (id: string) => {
    const next = [...seen, id].slice(-KEPT);
    localStorage.setItem(KEY, next.join('\n'));
    setSeen(next);
  };
  return [seen, add];
}

interface Props {
  models: Model[];
  fetches: Map<string, Job>;
  actions: ModelActions;
}

export function NotAdded({ models, fetches, actions }: Props) {
  const [seen, setSeen] = useSeen();
  const known = new Set(models.map(({ id }) => id));
  const failed = [...fetches.values()].filter(
    ({ id, subject, state }) => state === 'failed' && !known.has(subject ?? '') && !seen.includes(id),
  );
  if (failed.length === 0) return null;
  return (
    <section aria-label="Models that could not be added" className="mt-6">
      <h3 className="font-serif text-lg font-semibold">Not added</h3>
      <ul>
        {failed.map((job) => (
          <li key={job.id} data-testid="not-added" className="flex items-start gap-2 py-2">
            <div className="min-w-0 flex-1">
              <h4 className="font-semibold [overflow-wrap:anywhere]">{job.subject}</h4>
              <FetchFailed job={job} onRetry={() => actions.retry.mutate(job.id)} />
            </div>
            <IconButton label={`Dismiss ${job.subject}`} data-testid="dismiss-import" onClick={() => setSeen(job.id)}>
              <X size={16} />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
