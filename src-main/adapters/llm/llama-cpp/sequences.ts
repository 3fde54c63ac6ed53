/** The sequences of a context: each holds what one conversation has read, and whoever comes back finds that again. */
import type { LlamaContextSequence, Token } from 'node-llama-cpp';

/** Where a newcomer shares less than this with what a sequence has read, another conversation would lose more than it gains. */
const WORTH = 0.5;

export interface SequencePool {
  /** A sequence for a prompt, the one that has read the most of it. Waits, first come first served; rejects with the signal's reason. */
  take(prompt: Token[], signal: AbortSignal): Promise<LlamaContextSequence>;
  give(sequence: LlamaContextSequence): void;
}

interface Place {
  sequence: LlamaContextSequence;
  free: boolean;
  used: number;
}

export function createSequences(sequences: LlamaContextSequence[]): SequencePool {
  const places: Place[] = sequences.map((sequence) => ({ sequence, free: true, used: 0 }));
  const line: (() => void)[] = [];
  let count = 0;

  function choose(prompt: Token[]): Place | undefined {
    const free = places
      .filter((place) => place.free)
      .map((place) => ({ place, shared: place.sequence.compareContextTokens(prompt).firstDifferentIndex }));
    const known = free.filter(({ place, shared }) => shared > 0 && shared >= place.sequence.nextTokenIndex * WORTH);
    const best = known.sort((one, two) => two.shared - one.shared)[0];
    return best?.place ?? free.sort((one, two) => one.place.used - two.place.used)[0]?.place;
  }

  function wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.splice(line.indexOf(go), 1);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      line.push(go);
    });
  }

  return {
    async take(prompt, signal) {
      signal.throwIfAborted();
      let place = line.length > 0 ? undefined : choose(prompt);
      while (!place) {
        await wait(signal);
        place = choose(prompt);
      }
      count += 1;
      place.free = false;
      place.used = count;
      return place.sequence;
    },
    give(sequence) {
      const place = places.find((one) => one.sequence === sequence);
      if (place) place.free = true;
      line.shift()?.();
    },
  };
}
