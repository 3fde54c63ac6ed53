/** Where questions are typed: Enter asks, Shift+Enter breaks the line, Escape stops. */
import { useQuery } from '@tanstack/react-query';
import { ArrowUp, CloudUpload, Square, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useDesk } from '../state';

interface Props {
  busy: boolean;
  onAsk(question: string): void;
  onStop(): void;
}

const MAX_QUESTION = 8000;
const ROUND = 'grid size-9 shrink-0 place-items-center rounded-md bg-cloth text-on-cloth hover:opacity-90 disabled:opacity-35';

export function QuestionLine({ busy, onAsk, onStop }: Props) {
  const { projectId } = useDesk();
  const [text, setText] = useState('');
  const ready = text.trim() !== '' && projectId !== null && !busy;
  const send = () => {
    if (!ready) return;
    onAsk(text.trim());
    setText('');
  };
  return (
    <form
      className="relative mx-auto w-full max-w-[46rem] px-4 pb-4 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-6 before:bg-gradient-to-t before:from-sheet before:to-transparent"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <SentAway />
      <Quoting />
      <div className="flex items-end gap-2 rounded-lg border border-rule bg-paper p-2 focus-within:border-cloth">
        <textarea
          aria-label="Question"
          data-testid="chat-input"
          rows={1}
          dir="auto"
          maxLength={MAX_QUESTION}
          value={text}
          placeholder={projectId ? 'Ask about your documents' : 'Add a document first'}
          disabled={projectId === null}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && busy) onStop();
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
          className="field-sizing-content max-h-48 min-h-9 flex-1 resize-none bg-transparent px-2 py-1.5 outline-none placeholder:text-soft"
        />
        {busy ? (
          <button type="button" aria-label="Stop" title="Stop (Esc)" data-testid="stop" onClick={onStop} className={ROUND}>
            <Square size={15} fill="currentColor" />
          </button>
        ) : (
          <button type="submit" aria-label="Ask" title="Ask (Enter)" data-testid="send" disabled={!ready} className={ROUND}>
            <ArrowUp size={18} />
          </button>
        )}
      </div>
    </form>
  );
}

/** A model that does not answer is named where its answers are missed. */
function Quoting() {
  const { orpc } = useDesk();
  const { data } = useQuery(orpc.system.info.queryOptions());
  const chat = data?.models.chat;
  // An engine elsewhere stays available: it is asked again the next time.
  if (!chat || !(chat.state === 'failed' || (chat.sends_text_to && chat.detail))) return null;
  return (
    <p role="status" data-testid="model-failed" className="flex items-start gap-1.5 pb-1.5 text-xs text-doubt [overflow-wrap:anywhere]">
      <TriangleAlert size={14} aria-hidden className="mt-0.5 shrink-0" />
      <span>
        <strong className="font-medium">{chat.id} does not work at the moment; answers are quotes until it does.</strong> {chat.detail}
      </span>
    </p>
  );
}

/** Nobody sends text away without being told where they type it. */
function SentAway() {
  const { orpc } = useDesk();
  const { data } = useQuery(orpc.system.info.queryOptions());
  const hosts = new Set([data?.models.chat.sends_text_to, data?.models.embedding.sends_text_to].filter((host) => host != null));
  if (hosts.size === 0) return null;
  return (
    <p data-testid="sent-away" className="flex items-center gap-1.5 pb-1.5 text-xs font-medium text-doubt">
      <CloudUpload size={14} aria-hidden className="shrink-0" />
      Questions and passages of your documents are sent to {[...hosts].join(' and ')}.
    </p>
  );
}
