/** One answer: its text with citation signs, what the check says of it, and the list of its sources. */
import { Check, Copy } from 'lucide-react';
import { HoverCard, Tooltip } from 'radix-ui';
import { memo, type ReactNode, useMemo, useState } from 'react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { toast } from 'sonner';
import type { Citation, Message } from '../../src-main/contract/chat';
import { useDesk } from '../state';
import { Button } from '../ui/button';
import { pageName, plainQuote } from '../words';
import { doubtfulRanges, markAnswer } from './answer-text';

type Shown = Pick<Message, 'content' | 'citations' | 'sentences'>;

/** Quoted words are shown as they stand in the document, whatever they would mean as Markdown; the signs [n] stay signs. */
const asWritten = (text: string) => text.replace(/[\\`*_{}<>#+\-.!|~&$]/g, '\\$&');

/** The text alone; also while it is still being written. */
export const AnswerText = memo(function AnswerText({ content, citations, sentences }: Shown) {
  const plugins = useMemo(() => [remarkGfm, markAnswer(doubtfulRanges(content, sentences))], [content, sentences]);
  const components = useMemo<Components>(
    () => ({
      // Nothing is loaded from elsewhere: an image in an answer stays words.
      img: ({ alt }) => <span>{alt}</span>,
      a: ({ children, href }) => <span title={href}>{children}</span>,
      cite: ({ children }) => {
        const n = Number(String(children));
        const citation = citations.find((one) => one.n === n);
        return citation ? <Chip citation={citation} /> : <span>[{children}]</span>;
      },
      span: ({ node, className, children }) => {
        const reason = node?.properties['data-reason'];
        return typeof reason === 'string' ? <Doubt reason={reason}>{children}</Doubt> : <span className={className}>{children}</span>;
      },
    }),
    [citations],
  );
  return (
    <div className="answer">
      <Markdown remarkPlugins={plugins} components={components}>
        {content}
      </Markdown>
    </div>
  );
});

/** A part of a sentence that the check did not confirm; why is said on hover and on focus. */
function Doubt({ reason, children }: { reason: string; children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={200}>
      <Tooltip.Root>
        <Tooltip.Trigger asChild>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason must be in reach of the keyboard */}
          <span className="unsupported" data-testid="doubt" tabIndex={0}>
            {children}
          </span>
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            sideOffset={4}
            collisionPadding={12}
            className="z-40 max-w-[min(22rem,90vw)] rounded-md bg-ink px-3 py-2 text-sm text-sheet shadow-lg"
          >
            {reason}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}

const place = (citation: Citation) => (citation.page === null ? citation.filename : `${citation.filename}, page ${pageName(citation)}`);

function Chip({ citation }: { citation: Citation }) {
  const { open, mark } = useDesk();
  const { n, quote, supported } = citation;
  const [peek, setPeek] = useState(false);
  return (
    // Once the page itself shows the words, the small card would only stand in its way.
    <HoverCard.Root open={peek} onOpenChange={(next) => setPeek(next && mark !== citation)} openDelay={250} closeDelay={80}>
      <HoverCard.Trigger asChild>
        <button
          type="button"
          data-testid="citation-chip"
          aria-label={`Source ${n}: ${place(citation)}`}
          onClick={() => {
            setPeek(false);
            open(citation);
          }}
          className={`mx-0.5 inline-block min-w-5 rounded-[3px] border px-1 align-[0.15em] font-mono text-[0.7rem] leading-[1.15rem] font-semibold hover:bg-cloth hover:text-on-cloth ${supported ? 'border-cloth bg-wash text-cloth' : 'border-dashed border-doubt text-doubt'}`}
        >
          {n}
        </button>
      </HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content
          sideOffset={6}
          collisionPadding={12}
          className="z-40 w-[min(24rem,90vw)] rounded-lg border border-rule bg-sheet p-3 shadow-xl"
        >
          <p className="font-mono text-xs break-words text-cloth">
            <bdi>{citation.filename}</bdi>
            {citation.page !== null && `, page ${pageName(citation)}`}
          </p>
          <blockquote className="plain-bidi mt-1.5 line-clamp-6 font-serif text-sm">{plainQuote(quote)}</blockquote>
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}

/** @param children further things to do with it, beside copying */
export function Answer({ message, children }: { message: Message; children?: ReactNode }) {
  const { answered, model, stopped, sentences } = message;
  const doubts = sentences.filter(({ supported }) => !supported).length;
  return (
    <article data-testid="answer" data-answered={answered} aria-label="Answer">
      {!answered && !stopped && (
        <p
          data-testid="not-answered"
          className="mb-2 inline-block rounded-[3px] border border-doubt px-2 py-0.5 text-sm font-semibold text-doubt"
        >
          Not in your documents
        </p>
      )}
      {answered && model === null && (
        <p data-testid="extractive" className="mb-1 text-sm text-soft">
          Quoted from your documents, word for word.
        </p>
      )}
      <AnswerText {...message} content={message.model === null ? asWritten(message.content) : message.content} />
      {stopped && <p className="text-sm text-soft">Stopped before its end.</p>}
      {answered && doubts > 0 && (
        <p data-testid="doubts" className="mt-1 text-sm text-doubt">
          {doubts === 1 ? 'One sentence' : `${doubts} sentences`} with a dotted line could not be confirmed by the cited text.
        </p>
      )}
      <footer className={message.citations.length > 0 ? 'mt-3 border-t border-rule pt-2' : 'mt-2'}>
        {message.citations.length > 0 && <Sources message={message} />}
        <div className="mt-2 flex flex-wrap items-center gap-2">
          {message.citations.length > 0 && <CopyButton message={message} />}
          {children}
        </div>
      </footer>
    </article>
  );
}

function Sources({ message }: { message: Message }) {
  const { open, mark } = useDesk();
  return (
    <ol aria-label="Sources" data-testid="sources">
      {message.citations.map((citation) => (
        <li key={citation.n}>
          <button
            type="button"
            onClick={() => open(citation)}
            className={`flex w-full items-baseline gap-2.5 rounded-md px-1 py-1 text-left text-sm hover:bg-sunk ${mark === citation ? 'bg-wash' : ''}`}
          >
            <span className="w-5 shrink-0 text-right font-mono text-xs font-semibold text-cloth">{citation.n}</span>
            <span className="min-w-0 flex-1">
              <bdi className="font-medium break-words">{citation.filename}</bdi>
              {citation.page !== null && <span className="font-mono text-xs text-soft"> p. {pageName(citation)}</span>}
              <span dir="auto" className="line-clamp-1 text-left font-serif text-soft">
                {plainQuote(citation.quote)}
              </span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function CopyButton({ message }: { message: Message }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const list = message.citations.map((one) => `[${one.n}] ${place(one)}: “${one.quote}”`).join('\n');
    try {
      await navigator.clipboard.writeText(`${message.content}\n\n${list}`);
    } catch {
      toast.error('The answer could not be copied. Select it and copy it by hand.');
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Button className="!px-2 !py-1 !text-xs" data-testid="copy-answer" onClick={() => void copy()}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      {copied ? 'Copied' : 'Copy with sources'}
    </Button>
  );
}
