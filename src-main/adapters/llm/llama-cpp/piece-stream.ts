/** Text that is pushed by one side and read by the other as an async iterable. */

export interface PieceStream extends AsyncIterable<string> {
  push(piece: string): void;
  end(error?: unknown): void;
}

/** What was pushed before the end is always read first; one reader. */
export function createPieceStream(): PieceStream {
  let waiting = '';
  let ended: { error?: unknown } | null = null;
  let wake: () => void = () => undefined;
  return {
    push(piece) {
      waiting += piece;
      wake();
    },
    end(error) {
      ended = error === undefined ? {} : { error };
      wake();
    },
    async *[Symbol.asyncIterator]() {
      while (true) {
        if (waiting) {
          const piece = waiting;
          waiting = '';
          yield piece;
          continue;
        }
        if (ended && 'error' in ended) throw ended.error;
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
