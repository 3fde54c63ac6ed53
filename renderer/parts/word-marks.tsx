/** Yellow boxes over the cited words of a drawn page. */
import { useEffect, useRef } from 'react';
import type { DocumentPage } from '../../src-main/contract/documents';
import type { Mark } from '../state';

/** @param text the page, once it is known */
export function WordMarks({ text, mark }: { text: DocumentPage | undefined; mark: Mark }) {
  const box = useRef<HTMLDivElement>(null);
  const cited = mark.char_end > mark.char_start;
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls once the boxes of this mark are there
  useEffect(() => {
    box.current?.firstElementChild?.scrollIntoView({ block: 'center', inline: 'nearest' });
  }, [text, mark]);
  if (!text?.width || !text.height || !cited) return null;
  const { width, height } = text;
  const share = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return (
    <div ref={box}>
      {text.words
        .filter((word) => word.char_start < mark.char_end && word.char_end > mark.char_start)
        .map((word) => (
          <span
            key={word.char_start}
            data-testid="highlight"
            className="word-mark"
            style={{
              left: share(word.x, width),
              top: share(word.y, height),
              width: share(word.width, width),
              height: share(word.height, height),
            }}
          />
        ))}
    </div>
  );
}
