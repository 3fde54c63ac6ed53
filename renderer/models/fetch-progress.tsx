/** A model on its way: bytes, speed, time left, and pausing or giving it up; or why the last try failed. */
import { Pause, Play, RotateCw, X } from 'lucide-react';
import type { Job } from '../../src-main/contract/jobs';
import { Button } from '../ui/button';
import { inBytes, timeLeft } from '../words';

const SMALL = '!gap-1.5 !px-2 !py-0.5 !text-xs';
interface Props {
  name: string;
  job: Job;
  onPause(): void;
  onResume(): void;
  onCancel(): void;
}

export function FetchProgress({ name, job, onPause, onResume, onCancel }: Props) {
  const { state, paused, eta_s } = job;
  const { done, total, per_second } = job.progress;
  const running = state === 'running' && !paused;
  const facts = [
    total ? `${inBytes(done)} of ${inBytes(total)}` : inBytes(done),
    paused ? 'paused' : state === 'queued' && 'waits for its turn',
    running && per_second !== undefined && `${inBytes(per_second)}/s`,
    running && eta_s !== null && timeLeft(eta_s),
  ];
  return (
    <div data-testid="fetch" data-state={paused ? 'paused' : state} className="mt-2">
      <progress className="block h-1.5 w-full" aria-label={`Download of ${name}`} {...(total ? { value: done, max: total } : {})} />
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-[15rem] flex-1 text-sm text-soft tabular-nums">{facts.filter(Boolean).join(' · ')}</span>
        {paused ? (
          <Button className={SMALL} data-testid="resume" aria-label={`Resume ${name}`} onClick={onResume}>
            <Play size={13} aria-hidden />
            Resume
          </Button>
        ) : (
          <Button className={SMALL} data-testid="pause" aria-label={`Pause ${name}`} onClick={onPause}>
            <Pause size={13} aria-hidden />
            Pause
          </Button>
        )}
        <Button className={SMALL} data-testid="cancel" aria-label={`Cancel ${name}`} onClick={onCancel}>
          <X size={13} aria-hidden />
          Cancel
        </Button>
      </div>
    </div>
  );
}

export function FetchFailed({ job, onRetry }: { job: Job; onRetry(): void }) {
  return (
    <div data-testid="fetch-failed" className="mt-2 border-l-4 border-alarm pl-3 text-sm">
      <p>
        <span className="text-alarm">{job.error?.message ?? 'The download failed.'}</span> {job.error?.action}
      </p>
      <Button className={`${SMALL} mt-1`} data-testid="retry" onClick={onRetry}>
        <RotateCw size={13} aria-hidden />
        Try again
      </Button>
    </div>
  );
}
