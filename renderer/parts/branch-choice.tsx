/** Answering again, and going back and forth between the answers that one question has. */
import { ChevronLeft, ChevronRight, RotateCw } from 'lucide-react';
import type { Message } from '../../src-main/contract/chat';
import { Button, IconButton } from '../ui/button';

export function AgainButton({ busy, onAgain }: { busy: boolean; onAgain(): void }) {
  return (
    <Button className="!px-2 !py-1 !text-xs" data-testid="answer-again" disabled={busy} onClick={onAgain}>
      <RotateCw size={14} aria-hidden />
      Answer again
    </Button>
  );
}

interface Props {
  message: Message;
  branches: string[];
  onPick(message: Message, id: string): void;
}

export function BranchChoice({ message, branches, onPick }: Props) {
  const what = message.role === 'user' ? 'question' : 'answer';
  const at = branches.indexOf(message.id);
  const step = (by: number) => {
    const id = branches[at + by];
    if (id) onPick(message, id);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <span role="group" aria-label={`Versions of this ${what}`} className="inline-flex items-center text-xs text-soft">
      <IconButton label={`The ${what} before`} data-testid="branch-before" className="!size-7" disabled={at === 0} onClick={() => step(-1)}>
        <ChevronLeft size={15} />
      </IconButton>
      <span data-testid="branch-place" className="tabular-nums">
        {at + 1} of {branches.length}
      </span>
      <IconButton
        label={`The next ${what}`}
        data-testid="branch-next"
        className="!size-7"
        disabled={at + 1 === branches.length}
        onClick={() => step(1)}
      >
        <ChevronRight size={15} />
      </IconButton>
    </span>
  );
}
