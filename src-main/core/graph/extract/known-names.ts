/** What one document has taught about its names: what each is, and which full name a short one stands for. */
import type { EntityType } from '../../../contract/graph';
import type { Verdict } from './classify';
import { keyOf, titleOf } from './names';

interface Known {
  name: string;
  votes: Map<EntityType, number>;
  /** Seen where the capital says that it is a name. */
  seen: number;
}

/** Names kept of one document; a dictionary would fill more without saying more. */
const MOST = 20_000;

export interface Meaning {
  key: string;
  name: string;
  type: EntityType;
}

export class KnownNames {
  private readonly names = new Map<string, Known>();
  /** First and last words of people with full names → the keys of these. */
  private readonly people = new Map<string, Set<string>>();

  /** @param surely it stands where only names have a capital */
  learn(name: string, verdict: Verdict, surely: boolean): void {
    const key = keyOf(name);
    if (key === '' || (!this.names.has(key) && this.names.size >= MOST)) return;
    const known = this.names.get(key) ?? { name: name.replace(/\s+/gu, ' '), votes: new Map(), seen: 0 };
    this.names.set(key, known);
    known.votes.set(verdict.type, (known.votes.get(verdict.type) ?? 0) + verdict.strength);
    if (surely) known.seen += 1;
    if (verdict.type === 'person' && verdict.strength >= 1) this.learnPerson(key);
  }

  private learnPerson(key: string): void {
    const words = key.split(' ');
    if (words.length < 2) return;
    for (const word of new Set([words[0] ?? '', words.at(-1) ?? ''])) {
      const keys = this.people.get(word) ?? new Set();
      this.people.set(word, keys.add(key));
    }
  }

  /** Null when it is not sure enough to be a name of something. */
  meaning(name: string): Meaning | null {
    const key = keyOf(name);
    const full = this.fullName(name, key);
    const known = this.names.get(full ?? key);
    if (!known) return null;
    const [type, strength] = this.verdict(known);
    // Some name of unknown kind: one word must be met twice where only names have capitals.
    if (strength < 1 && !key.includes(' ') && known.seen < 2) return null;
    if (strength < 1 && known.seen < 1) return null;
    return { key: full ?? key, name: known.name, type };
  }

  /** A lone first or family name stands for the only person who has it; one with a title is told apart from the family's others. */
  private fullName(name: string, key: string): string | null {
    if (key.includes(' ') || titleOf(name) !== null) return null;
    const own = this.names.get(key);
    if (own && this.verdict(own)[0] !== 'person' && this.verdict(own)[1] >= 1) return null;
    const keys = [...(this.people.get(key) ?? [])];
    return keys.length === 1 ? (keys[0] ?? null) : null;
  }

  private verdict({ votes }: Known): [EntityType, number] {
    let best: [EntityType, number] = ['term', -1];
    for (const vote of votes) if (vote[1] > best[1]) best = vote;
    return best;
  }
}
