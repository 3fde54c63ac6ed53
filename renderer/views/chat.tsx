/** The middle panel: the conversation, the answer that is being written, and the question line. */
import { type ReactNode, type UIEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Message } from '../../src-main/contract/chat';
import { type Growing, useAsking } from '../asking';
import { pathThrough, type Turn } from '../branches';
import { useDocuments } from '../documents';
import { useMessages } from '../lists';
import { AddFiles } from '../parts/add-files';
import { Answer, AnswerText } from '../parts/answer';
import { AgainButton, BranchChoice } from '../parts/branch-choice';
import { QuestionLine } from '../parts/question-line';
import { SpokenAnswer } from '../parts/spoken-answer';
import { useDesk } from '../state';
import { Button } from '../ui/button';
import { KINDS } from '../words';

const STATUS = {
  searching: 'Searching your documents',
  reading: 'Reading the passages',
  writing: 'Writing',
  checking: 'Checking each sentence against its source',
};
const NONE: never[] = [];
const SHOWN_AT_ONCE = 40;

/** The path through the conversation that is shown; `pick` shows another branch. */
function useTurns() {
  const { conversationId } = useDesk();
  const { data } = useMessages();
  const [picked, setPicked] = useState<ReadonlyMap<string, string>>(new Map());
  const turns = useMemo(() => (conversationId && data ? pathThrough(data, picked) : NONE), [conversationId, data, picked]);
  const latest = useMemo(
    () => (conversationId && data && picked.size ? pathThrough(data, new Map()) : turns),
    [conversationId, data, picked, turns],
  );
  const pick = (message: Message, id: string) => setPicked((old) => new Map(old).set(message.parent_id ?? '', id));
  return { turns, isLatest: turns.at(-1)?.message.id === latest.at(-1)?.message.id, pick, showLatest: () => setPicked(new Map()) };
}

/** So near to the end one means to be at it. */
const AT_END_PX = 80;

/**
 * Keeps the end of the conversation in sight while an answer grows, unless one scrolled up to read.
 * @param place another conversation or question is looked at from its end @param grown whatever changes with what is shown
 */
function useFollowing(place: string, grown: string) {
  const end = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const before = useRef(place);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new should be in sight
  useLayoutEffect(() => {
    if (before.current !== place) isAtEnd.current = true;
    before.current = place;
    if (isAtEnd.current) end.current?.scrollIntoView({ block: 'end' });
  }, [place, grown]);
  const onScroll = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: UIEvent<HTMLElement>) => {
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PX;
  };
  return { end, onScroll };
}

export function ChatView() {
  const { conversationId, projectId } = useDesk();
  const { growing, busy, ask, askAgain, retry, stop } = useAsking();
  const { turns, isLatest, pick, showLatest } = useTurns();
  const here = growing && growing.projectId === projectId && growing.conversationId === conversationId ? growing : null;
  const cut = here?.again ? turns.findIndex(({ message }) => message.id === here.again) + 1 : turns.length;
  const shown = turns.slice(0, cut);
  const messages = shown.map(({ message }) => message);
  const { end, onScroll } = useFollowing(`${conversationId}${here?.question}`, `${shown.length} ${here?.status} ${here?.text.length}`);
  const again = (answer: Message) => {
    const question = messages.find(({ id }) => id === answer.parent_id);
    showLatest();
    if (question) void askAgain(question);
  };
  return (
    <main aria-label="Questions and answers" className="flex h-full flex-col bg-sheet">
      <div className="min-h-0 flex-1 overflow-y-auto" onScroll={onScroll}>
        <div className="mx-auto max-w-[44rem] px-5 pt-1 pb-6" data-testid="messages">
          {shown.length === 0 && !here && <Welcome ask={ask} />}
          <History key={conversationId} turns={shown} busy={busy} onPick={pick} onAgain={again} />
          {here && <GrowingView growing={here} messages={messages} onAgain={() => void retry(here, messages)} />}
          <div ref={end} className="scroll-mb-6" />
        </div>
      </div>
      <SpokenAnswer key={projectId} busy={busy} messages={messages} />
      {!isLatest && (
        <p data-testid="earlier-version" className="relative z-10 mx-auto w-full max-w-[44rem] px-5 pb-2 text-sm text-soft">
          This is an earlier version. A new question goes on from{' '}
          <button type="button" className="rounded-sm font-medium text-cloth underline underline-offset-2" onClick={showLatest}>
            the newest
          </button>
          .
        </p>
      )}
      <QuestionLine
        busy={busy}
        onAsk={(question) => {
          showLatest();
          void ask(question);
        }}
        onStop={stop}
      />
    </main>
  );
}

interface HistoryProps {
  turns: Turn[];
  busy: boolean;
  onPick(message: Message, id: string): void;
  onAgain(answer: Message): void;
}

/** The newest messages at once, older ones as one scrolls up to them. */
function History({ turns, busy, onPick, onAgain }: HistoryProps) {
  const [count, setCount] = useState(SHOWN_AT_ONCE);
  const top = useRef<HTMLDivElement>(null);
  const tallBefore = useRef(0);
  const hidden = Math.max(0, turns.length - count);
  const more = () => {
    tallBefore.current = top.current?.parentElement?.scrollHeight ?? 0;
    setCount((old) => old + SHOWN_AT_ONCE);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was in sight stays there when older messages come above it
  useLayoutEffect(() => {
    const list = top.current?.parentElement;
    if (tallBefore.current && list?.parentElement) list.parentElement.scrollTop += list.scrollHeight - tallBefore.current;
    tallBefore.current = 0;
  }, [count]);
  return (
    <>
      <div ref={top} />
      {hidden > 0 && (
        <Button data-testid="earlier" className="mx-auto mt-5 !flex" onClick={more}>
          Show earlier messages ({hidden})
        </Button>
      )}
      {turns.slice(hidden).map(({ message, branches }) => {
        const choice = branches.length > 1 && <BranchChoice message={message} branches={branches} onPick={onPick} />;
        if (message.role === 'user') return <Question key={message.id} text={message.content} choice={choice} />;
        return (
          <Answer key={message.id} message={message}>
            {choice}
            <AgainButton busy={busy} onAgain={() => onAgain(message)} />
          </Answer>
        );
      })}
    </>
  );
}

function Question({ text, choice }: { text: string; choice?: ReactNode }) {
  return (
    <>
      <h2
        data-testid="question"
        dir="auto"
        className="mt-8 mb-3 border-s-4 border-cloth ps-3 text-lg leading-snug font-semibold break-words whitespace-pre-wrap"
      >
        {text}
      </h2>
      {choice && <div className="-mt-1 mb-3 flex">{choice}</div>}
    </>
  );
}

function GrowingView({ growing, messages, onAgain }: { growing: Growing; messages: Message[]; onAgain(): void }) {
  const last = messages.at(-1);
  // The backend stores the question at once; a reload of the list may bring it before the answer is whole.
  const stored = last?.role === 'user' && last.content === growing.question;
  return (
    <>
      {!stored && !growing.again && <Question text={growing.question} />}
      {growing.error ? (
        <>
          <p role="alert" data-testid="chat-error" className="text-alarm">
            {growing.error}
          </p>
          <Button className="mt-2 !px-2 !py-1 !text-xs" data-testid="ask-again" onClick={onAgain}>
            Ask again
          </Button>
        </>
      ) : (
        <>
          <p role="status" data-testid="chat-status" className="mb-2 text-sm text-soft">
            {STATUS[growing.status]}…
          </p>
          <div aria-busy data-testid="growing-answer">
            <AnswerText content={growing.text} citations={growing.citations} sentences={NONE} />
          </div>
        </>
      )}
    </>
  );
}

function Welcome({ ask }: { ask(question: string): void }) {
  const desk = useDesk();
  const { data, isPending } = useDocuments(desk);
  const all = data?.pages.flatMap(({ items }) => items) ?? [];
  const named = all.filter(({ state }) => state !== 'failed' && state !== 'cancelled').slice(0, 3);
  if (desk.projectId !== null && isPending) return null;
  return (
    <section data-testid="welcome" className="pt-[10vh]">
      <h2 className="font-serif text-[clamp(1.6rem,4vw,2.2rem)] leading-tight font-semibold tracking-tight text-balance">
        {named.length ? 'What do you want to know?' : 'Bring in something to read'}
      </h2>
      <p className="mt-3 max-w-[34rem] text-soft">
        {named.length
          ? 'Each sentence of an answer shows where it stands: the document, the page and the words. Select a number to see them.'
          : `Drop files anywhere on this window: ${KINDS}. They stay on this machine and can be searched as soon as they are read.`}
      </p>
      {named.length === 0 && <AddFiles name="welcome-" className="mt-6 !px-4 !py-2" />}
      <ul className="mt-6 grid grid-cols-[minmax(0,1fr)] gap-2">
        {named.map(({ id, filename }) => (
          <li key={id}>
            <Button
              data-testid="example"
              className="max-w-full !py-2 text-left"
              onClick={() => ask(`What is ${filename.replace(/\.[^.]+$/, '')} about?`)}
            >
              <span className="truncate">
                What is “<bdi>{filename.replace(/\.[^.]+$/, '')}</bdi>” about?
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
