/** What one document has taught about its names: what each is, and which writings mean the same. */
import type { EntityType } from '../../../contract/graph';
import type { Candidate } from './candidates';
import { isTitled, type Verdict } from './classify';
import type { Person, Writing } from './cluster';
import { keyOf, plainWords } from './names';
import { whoIsWho } from './people';
import { EPITHETS, type Gender, parseName } from './person-name';
import { isGivenName } from './short-forms';
import { VOICE } from './vocabulary';

interface Known extends Writing {
  /** Each writing of it with how often it stands so. */
  as: Map<string, number>;
  votes: Map<EntityType, number>;
  /** Seen where the capital says that it is a name. */
  seen: number;
  /** A dictionary takes it for an ordinary word. */
  doubtful: boolean;
  /** Seen behind “the”, “his” or “these”, where no person's name stands. */
  behindThe: number;
  /** Seen behind “in”, where no person's name stands, or seldom. */
  within: number;
  /** Seen where it speaks, as people do. */
  voiced: number;
  /** Seen alone on a line in capitals, as who speaks in a play. */
  speaks: number;
  /** Seen before a colon, as the name of a field. */
  labels: number;
}

/** Names kept of one document; a dictionary would fill more without saying more. */
const MOST = 20_000;
const SMALL = /(?<![\p{L}\p{M}'’-])\p{Ll}{3,20}(?![\p{L}\p{M}])/gu;
const MOST_SMALL = 50_000;
/** A word that a dictionary knows must be met so often as a name. */
const OFTEN = 3;
/** Of all places where a name stands, those behind “the” make it a thing's from here on. */
const THING = 0.35;
const DETERMINED = /\b(?:the|an?|his|her|their|your|our|this|that|these|those|some|many|every|each|any|several|two|three|four|five)\s$/iu;
const WITHIN = /\b(?:in|into|near|throughout)\s$/u;
/** A place, whatever a dictionary of first names says: “in Virginia”. */
const PLACE = { times: 4, share: 0.1 };
/** “your Mr. Dashwood” is one nevertheless. */
const THE = /\bthe\s$/iu;
/** “the Mole” is somebody where he often speaks, and hardly ever stands in small letters: “the vicar” does. */
const SPEAKER = { times: 5, share: 0.05, small: 0.2 };
const SAID = new RegExp(`[,?!]["”’]?\\s?(?:said|asked|answered|remarked|observed|${VOICE})\\s(?:the\\s)?$`, 'u');
const SAYS = new RegExp(`^\\s(?:${VOICE})\\b`, 'u');
/** In a play, so many names stand alone on a line, each so often. */
const PLAY = { names: 3, lines: 3 };
/** “SUBJECT: …”, “Line: …”, again and again, is the name of a field; who speaks in a play is named elsewhere, too. */
const LABEL = { times: 3, share: 0.9 };
/** Two names side by side are one only where each does not stand alone so much more often. */
const CHANCE = { most: 2, times: 10 };

export interface Meaning {
  key: string;
  name: string;
  type: EntityType;
  /** Words at the beginning that do not belong to it. */
  skip?: number;
}

/** Where a name stands, for what that tells. */
export type Standing = Pick<Candidate, 'first' | 'titled' | 'before' | 'after' | 'speaker'>;

export class KnownNames {
  private readonly names = new Map<string, Known>();
  /** Words in small letters, with how often they stand so. */
  private readonly small = new Map<string, number>();
  private meanings: Map<string, Meaning | null> | null = null;
  private families: ReadonlySet<string> = new Set();
  private done = false;

  /** @param genderOfGiven of a first name, where it is known */
  constructor(private readonly genderOfGiven: (given: string) => Gender = () => null) {}

  /** The whole document was learned from: what is read now teaches nothing new. */
  finish(): void {
    this.done = true;
  }

  get finished(): boolean {
    return this.done;
  }

  learn(name: string, verdict: Verdict, standing: Standing): void {
    const plain = plainOf(name);
    if (plain === '' || (!this.names.has(plain) && this.names.size >= MOST)) return;
    this.meanings = null;
    const known = this.names.get(plain) ?? empty(plain);
    this.names.set(plain, known);
    const written = name.replace(/\s+/gu, ' ');
    known.as.set(written, (known.as.get(written) ?? 0) + 1);
    known.count += 1;
    known.doubtful ||= verdict.doubtful ?? false;
    known.votes.set(verdict.type, (known.votes.get(verdict.type) ?? 0) + verdict.strength);
    count(known, isTitled(name), standing);
  }

  /** What stands in small letters as well is no name for that. */
  learnWords(text: string): void {
    for (const [word] of text.matchAll(SMALL)) {
      const known = this.small.get(word);
      if (known !== undefined || this.small.size < MOST_SMALL) this.small.set(word, (known ?? 0) + 1);
    }
  }

  /** Null when it is not sure enough to be a name of something. */
  meaning(name: string): Meaning | null {
    this.meanings ??= this.settle();
    return this.meanings.get(plainOf(name)) ?? null;
  }

  private settle(): Map<string, Meaning | null> {
    for (const known of this.names.values()) known.written = mostFrequent(known.as);
    for (const { plain, labels, count } of this.names.values())
      if (labels >= LABEL.times && labels >= count * LABEL.share) this.names.delete(plain);
    this.hearSpeakers();
    const titled = this.titledFamilies();
    const givens = this.givenNames(titled);
    for (const known of this.names.values()) {
      const named = titled.has(known.plain) || givens.has(known.plain);
      if (this.isWord(known, named)) this.names.delete(known.plain);
    }
    const headings = this.namesInHeadings();
    const people = [...this.names.values()].filter((known) => !headings.has(known.plain) && this.isPerson(known, titled, givens));
    const found = whoIsWho(people, this.genderOfGiven);
    this.families = found.families;
    const meanings = new Map<string, Meaning | null>();
    for (const known of this.names.values()) meanings.set(known.plain, this.meaningOf(known));
    for (const person of found.people) this.tell(person, meanings);
    for (const [plain, name] of headings) meanings.set(plain, meanings.get(name) ?? null);
    for (const known of this.names.values()) {
      const rest = this.withoutChance(known, meanings);
      if (rest !== null) meanings.set(known.plain, { ...rest, skip: 1 });
    }
    return meanings;
  }

  /** “Lord Steyne Shows Himself”: what only stands in headings and begins with a name of the text is that name. */
  private namesInHeadings(): Map<string, string> {
    const found = new Map<string, string>();
    for (const { plain, inText } of this.names.values()) {
      if (inText > 0) continue;
      const words = plain.split(' ');
      for (let length = words.length - 1; length > 1; length -= 1) {
        const name = words.slice(0, length).join(' ');
        if ((this.names.get(name)?.inText ?? 0) === 0) continue;
        found.set(plain, name);
        break;
      }
    }
    return found;
  }

  /** In a play, those who stand alone on lines are people; elsewhere such lines are headings. */
  private hearSpeakers(): void {
    const speakers = [...this.names.values()].filter((known) => known.speaks >= PLAY.lines && this.isNoWord(known));
    for (const known of this.names.values()) if (known.speaks === known.count && !speakers.includes(known)) this.names.delete(known.plain);
    if (speakers.length < PLAY.names) return;
    for (const { votes, speaks } of speakers) votes.set('person', (votes.get('person') ?? 0) + speaks);
    for (const known of speakers) if (known.written === known.written.toUpperCase()) known.written = inTitleCase(known.written);
  }

  /** Its last word never stands in small letters. */
  private isNoWord({ plain }: Known): boolean {
    return !this.small.has(plain.split(' ').at(-1) ?? '');
  }

  /** “Confound Armstrong” and “At Borodinó Napoleon …” are Armstrong and Napoleon. */
  private withoutChance(known: Known, meanings: Map<string, Meaning | null>): Meaning | null {
    const [first = '', ...others] = known.plain.split(' ');
    const rest = others.join(' ');
    const person = meanings.get(rest);
    if (person?.type !== 'person' || parseName(known.written).title !== null) return null;
    if (this.genderOfGiven(first) !== null || isGivenName(first) || EPITHETS.has(first)) return null;
    const times = (name: string) => this.names.get(name)?.count ?? 0;
    const often = CHANCE.times * known.count;
    const opens = known.seen === 0 && this.small.has(first) && times(rest) >= often;
    const beside = known.count <= CHANCE.most && times(first) >= often && times(rest) >= often && meanings.get(first)?.type !== 'person';
    return opens || beside ? person : null;
  }

  private tell({ key, name, writings }: Person, meanings: Map<string, Meaning | null>): void {
    for (const { plain } of writings) meanings.set(plain, this.isSure(writings) ? { key, name, type: 'person' } : null);
  }

  /** One word that only begins sentences may be any word. */
  private isSure(writings: Writing[]): boolean {
    return writings.some(({ plain }) => {
      const known = this.names.get(plain);
      return known !== undefined && (plain.includes(' ') || known.seen > 0 || strength(known) >= 1);
    });
  }

  /** How often somebody with a title, or with a first name that is known, has this family name. */
  private titledFamilies(): Map<string, number> {
    const families = new Map<string, number>();
    for (const { votes, written, count } of this.names.values()) {
      if (best(votes)[0] !== 'person') continue;
      const { title, family, given } = parseName(written);
      const known = title !== null || (given !== null && this.genderOfGiven(given) !== null);
      if (family !== null && known) families.set(family, (families.get(family) ?? 0) + count);
    }
    return families;
  }

  /** First names before family names that somebody with a title has. */
  private givenNames(titled: Map<string, number>): Set<string> {
    const names = [...this.names.values()].map(({ written }) => parseName(written));
    return new Set(names.flatMap(({ given, family }) => (given !== null && given.length > 2 && titled.has(family ?? '') ? [given] : [])));
  }

  /** An ordinary word that has a capital here and there. */
  private isWord({ plain, doubtful, seen, count, votes }: Known, named: boolean): boolean {
    if (plain.includes(' ')) return false;
    const small = this.small.get(plain) ?? 0;
    if (named) return small > count;
    if (doubtful && (small > 0 || seen < OFTEN)) return true;
    return small >= count && best(votes)[1] < 1;
  }

  private isPerson(known: Known, titled: Map<string, number>, givens: ReadonlySet<string>): boolean {
    const { title, family, given, single } = parseName(known.written);
    if (title !== null && (family === null || this.isPlural(family, titled))) return false;
    if (this.isOffice(known)) return false;
    if (single !== null && this.isVoiced(known)) return true;
    if (known.behindThe > 1 && known.behindThe >= known.count * THING) return false;
    if (single !== null && isWithin(known) && !titled.has(single) && !givens.has(single)) return false;
    if (best(known.votes)[0] === 'person') return title !== null || given !== null || single === null || !this.isPlural(single, titled);
    // An unknown first name before a family's name; a family's name may be that of a town, too.
    if (family !== null && given !== null) return titled.has(family) && best(known.votes)[0] === 'term';
    if (single !== null && (givens.has(single) || titled.has(single)) && best(known.votes)[1] < 1) return true;
    return single !== null && (titled.get(single) ?? 0) >= Math.max(2, known.count / 20);
  }

  private isVoiced({ plain, voiced, count }: Known): boolean {
    if (voiced < SPEAKER.times || voiced < count * SPEAKER.share || plain.endsWith('s')) return false;
    return (this.small.get(plain) ?? 0) <= count * SPEAKER.small;
  }

  /** “General Terms”: more often an ordinary word than a name, and nobody is called so without the title. */
  private isOffice({ doubtful, plain, count, written }: Known): boolean {
    const { title } = parseName(written);
    const last = plain.split(' ').at(-1) ?? '';
    return title !== null && doubtful && (this.small.get(last) ?? 0) > count;
  }

  /** “The Bennets”, “the Gardiners”: nobody in particular. */
  private isPlural(name: string, titled: Map<string, number>): boolean {
    return name.endsWith('s') && (titled.has(name.slice(0, -1)) || (name.endsWith('es') && titled.has(name.slice(0, -2))));
  }

  private meaningOf(known: Known): Meaning | null {
    const { plain, votes, written, seen } = known;
    const { title, family, single } = parseName(written);
    if (plain.length < 3 || (title !== null && family === null && single === null)) return null;
    if (title !== null && family !== null && this.families.has(family.slice(0, -1)) && family.endsWith('s')) return null;
    if (plain.endsWith('s') && this.families.has(plain.slice(0, -1))) return null;
    const [type] = best(votes);
    const sure = strength(known);
    // Some name of unknown kind: one word must be met twice where only names have capitals.
    if (sure < 1 && !plain.includes(' ') && seen < 2) return null;
    if (sure < 1 && seen < 1) return null;
    const person = isWithin(known) && !plain.includes(' ') ? 'place' : 'term';
    return { key: keyOf(written), name: written, type: type === 'person' ? person : type };
  }
}

const empty = (plain: string): Known => ({
  plain,
  written: '',
  as: new Map(),
  count: 0,
  authored: 0,
  inText: 0,
  votes: new Map(),
  seen: 0,
  behindThe: 0,
  within: 0,
  voiced: 0,
  speaks: 0,
  labels: 0,
  doubtful: false,
});

/** What the place of a name tells. */
function count(known: Known, withTitle: boolean, { first, titled, before, after, speaker = false }: Standing): void {
  if (!titled) known.inText += 1;
  if (!first && !titled) known.seen += 1;
  if ((withTitle ? THE : DETERMINED).test(before)) known.behindThe += 1;
  if (WITHIN.test(before) && !/^['’]s\b/u.test(after)) known.within += 1;
  if (SAID.test(before) || SAYS.test(after)) known.voiced += 1;
  if (speaker) known.speaks += 1;
  if (before.trim() === '' && /^:(?:\s|$)/u.test(after)) known.labels += 1;
  if (/(?:^|[,\n])\s*(?:by|author:)\s*$/iu.test(before)) known.authored += 1;
}

const plainOf = (name: string): string => plainWords(name.replace(/^(?:the|an?)\s/iu, '')).join(' ');

function best(votes: Map<EntityType, number>): [EntityType, number] {
  let found: [EntityType, number] = ['term', -1];
  for (const vote of votes) if (vote[1] > found[1]) found = vote;
  return found;
}

const strength = ({ votes }: Known): number => best(votes)[1];

const isWithin = ({ within, count }: Known): boolean => within >= PLACE.times && within >= count * PLACE.share;

const inTitleCase = (name: string): string => name.replace(/(?<=\p{L})\p{L}+/gu, (letters) => letters.toLowerCase());

/** Of equal ones the first; shouted ones only where there is no other. */
function mostFrequent(as: Map<string, number>): string {
  const calm = [...as].filter(([written]) => written !== written.toUpperCase() || written.length < 4);
  const [found] = (calm.length > 0 ? calm : [...as]).sort((a, b) => b[1] - a[1]);
  return found?.[0] ?? '';
}
