/** Says a finished answer to screen readers; the growing text is busy until it is whole, and then gone. */
import { useEffect, useRef, useState } from 'react';
import type { Message } from '../../src-main/contract/chat';

/** @param busy true while an answer is being written: what was stored when it ends is spoken, not what was there before */
export function SpokenAnswer({ busy, messages }: { busy: boolean; messages: Message[] }) {
  const [text, setText] = useState('');
  const wasBusy = useRef(false);
  useEffect(() => {
    if (busy === wasBusy.current) return;
    wasBusy.current = busy;
    const last = messages.at(-1);
    setText(!busy && last?.role === 'assistant' ? last.content.replace(/\s?\[\d{1,3}\]/g, '') : '');
  }, [busy, messages]);
  return (
    <p aria-live="polite" className="sr-only" data-testid="spoken-answer">
      {text}
    </p>
  );
}
