/** The lexicon of names: compromise's dictionaries and its tagger, asked for one run of words at a time. */
import nlp from 'compromise/two';
import { LRUCache } from 'lru-cache';
import type { Lexicon } from '../../core/ports/lexicon';

type Known = Exclude<ReturnType<Lexicon>, null>;
const REMEMBERED = 20_000;

/** A text names the same again and again: the tagger sees each run of words once. */
export function createLexicon(): Lexicon {
  const known = new LRUCache<string, { is: ReturnType<Lexicon> }>({ max: REMEMBERED });
  const lexicon = (written: string): ReturnType<Lexicon> => {
    const name = written.replace(/\s+/gu, ' ');
    const kept = known.get(name);
    if (kept) return kept.is;
    const is = look(name);
    known.set(name, { is });
    return is;
  };
  return Object.assign(lexicon, { gender, isDemonym: has('Demonym'), kindOf: kindOfWord });
}

function gender(given: string): 'm' | 'f' | null {
  const written = given.charAt(0).toUpperCase() + given.slice(1);
  const tags = tagsOf(written);
  if (tags.includes('MaleName')) return 'm';
  return tags.includes('FemaleName') ? 'f' : null;
}

const has = (tag: string) => (word: string) => tagsOf(word).includes(tag);

/** Pronouns are nouns to the tagger, and “judge” alone is a verb. */
function kindOfWord(word: string): 'noun' | 'verb' | 'other' {
  const tags = tagsOf(word);
  if (tags.includes('Noun') && !tags.includes('Pronoun')) return 'noun';
  return tags.includes('Infinitive') ? 'verb' : 'other';
}

const tagged = new LRUCache<string, string[]>({ max: REMEMBERED });

function tagsOf(word: string): string[] {
  const kept = tagged.get(word);
  if (kept) return kept;
  const [sentence] = nlp(word).json({ terms: { tags: true } }) as { terms: Term[] }[];
  const tags = sentence?.terms[0]?.tags ?? [];
  tagged.set(word, tags);
  return tags;
}

interface Term {
  tags?: string[];
}

function look(name: string): ReturnType<Lexicon> {
  const terms = (nlp(name).json({ terms: { tags: true } }) as { terms: Term[] }[]).flatMap((sentence) => sentence.terms);
  const each = terms.map(({ tags = [] }) => kindOf(tags));
  const count = (kind: Known) => each.filter((one) => one === kind).length;
  for (const kind of ['person', 'place', 'organisation'] as const) if (count(kind) === each.length) return kind;
  // A first name makes the whole a person; of places and organisations most words must be known.
  if (each[0] === 'person' && each.length > 1 && count('place') + count('organisation') === 0) return 'person';
  if (count('place') * 2 > each.length) return 'place';
  if (count('organisation') * 2 > each.length) return 'organisation';
  return count('common') > 0 && (each.length === 1 || each[0] === 'common') ? 'common' : null;
}

const COMMON = [
  'Verb',
  'Adverb',
  'Adjective',
  'Preposition',
  'Conjunction',
  'Determiner',
  'Pronoun',
  'QuestionWord',
  'Date',
  'Value',
  'Plural',
  'Demonym',
  'Expression',
  'Honorific',
];

function kindOf(tags: string[]): Known | null {
  if (tags.includes('Demonym') || tags.includes('Honorific')) return 'common';
  if (tags.includes('FirstName') || tags.includes('LastName') || tags.includes('Person')) return 'person';
  if (tags.includes('Place')) return 'place';
  if (tags.includes('Organization')) return 'organisation';
  return tags.some((tag) => COMMON.includes(tag)) ? 'common' : null;
}
