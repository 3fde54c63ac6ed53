/** Whether a model fits into this machine: a sign, a word, and the figures; never the colour alone. */
import { CircleCheck, CircleHelp, OctagonX, TriangleAlert } from 'lucide-react';
import type { ModelFit } from '../../src-main/contract/models';
import { inBytes } from '../words';

const VERDICTS = {
  fits: ['Fits', CircleCheck, 'text-cloth'],
  tight: ['Tight', TriangleAlert, 'text-doubt'],
  too_large: ['Too large', OctagonX, 'text-alarm'],
  unknown: ['Not known yet whether it fits', CircleHelp, 'text-soft'],
} as const;

export function FitLine({ fit }: { fit: ModelFit }) {
  const { verdict, needed_bytes, free_bytes, reason, memory } = fit;
  const [word, Icon, colour] = VERDICTS[verdict];
  return (
    <p data-testid="fit" data-verdict={verdict} title={reason} className="flex items-start gap-1.5 text-sm">
      <Icon size={16} aria-hidden className={`mt-[0.2rem] shrink-0 ${colour}`} />
      <span>
        <strong className={`font-semibold ${colour}`}>{word}</strong>
        {needed_bytes !== null && (
          <>
            : needs {inBytes(needed_bytes)} of {memory === 'gpu' ? 'the graphics card’s memory' : 'memory'}, {inBytes(free_bytes)} free
          </>
        )}
      </span>
    </p>
  );
}
