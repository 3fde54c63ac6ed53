/** Says what does not work at the moment while the rest goes on: a line at the top, and all there is to know behind it. */
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Problem } from '../../src-main/contract/system';
import { useDesk } from '../state';
import { InfoDialog } from '../ui/dialogs';
import { counted, engineName } from '../words';

/** An engine that stopped is known soon, and one that came back, too; nobody watches a window that is hidden. */
const LOOK_MS = 15_000;
const LOOK_AGAIN_MS = 4_000;
const NONE: Problem[] = [];

function useProblems() {
  const { orpc } = useDesk();
  const { data } = useQuery(
    orpc.system.info.queryOptions({ refetchInterval: ({ state }) => (state.data?.problems.length ? LOOK_AGAIN_MS : LOOK_MS) }),
  );
  return { problems: data?.problems ?? NONE, isDamaged: data?.care.state === 'restart_needed' };
}

const waitingText = ({ waiting }: Problem) =>
  waiting > 0 ? `${counted(waiting, 'change')} ${waiting === 1 ? 'waits' : 'wait'} for it.` : null;

export function ProblemsBanner() {
  const { problems, isDamaged } = useProblems();
  return (
    <>
      {isDamaged && <Damaged />}
      <Broken problems={problems} />
    </>
  );
}

function Damaged() {
  return (
    <p role="alert" data-testid="library-damaged" className="flex items-start gap-2 border-b border-alarm bg-alarm/10 px-4 py-1.5 text-sm">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-alarm" />
      <span>
        <strong className="font-semibold">The file of the library is damaged.</strong> Close Pressmark and open it again: it is repaired at
        the start, from what is whole and from your original files.
      </span>
    </p>
  );
}

function Broken({ problems }: { problems: Problem[] }) {
  const [open, setOpen] = useState(false);
  const [first, ...rest] = problems;
  if (!first) return null;
  return (
    <div role="status" data-testid="problems" className="flex items-start justify-center gap-2 bg-doubt/15 px-4 py-1.5 text-sm">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-doubt" />
      <span>
        <strong className="font-semibold">{[first, ...rest].map(({ engine }) => engineName(engine)).join(', ')}</strong>{' '}
        {rest.length ? 'do not work' : 'does not work'} at the moment. The rest goes on.{' '}
        <button
          type="button"
          data-testid="problems-details"
          className="rounded-sm font-medium text-cloth underline underline-offset-2"
          onClick={() => setOpen(true)}
        >
          What is wrong
        </button>
      </span>
      {open && (
        <InfoDialog
          title="What does not work"
          text="Everything else goes on; what is missed is caught up with by itself."
          onClose={() => setOpen(false)}
        >
          <ProblemList problems={problems} />
        </InfoDialog>
      )}
    </div>
  );
}

function ProblemList({ problems }: { problems: Problem[] }) {
  return (
    <ul className="mt-4 space-y-3 text-sm">
      {problems.map((problem) => (
        <li key={problem.engine} data-testid="problem" className="border-l-4 border-doubt pl-3">
          <h3 className="font-semibold">{engineName(problem.engine)}</h3>
          <p className="[overflow-wrap:anywhere]">{problem.message}</p>
          <p className="text-soft">
            Since {new Date(problem.since).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}. {waitingText(problem)}
          </p>
        </li>
      ))}
    </ul>
  );
}
