/** Relations between the entities of one sentence: what stands between two of them, else that they stand together. */
import type { EntityType, RelationType } from '../../../contract/graph';

/** An entity in a sentence; UTF-16 offsets within the chunk's text. */
export interface Named {
  entity: number;
  type: EntityType;
  start: number;
  end: number;
}

export interface Pair {
  source: number;
  target: number;
  type: RelationType;
}

interface Rule {
  type: RelationType;
  source: EntityType[];
  target: EntityType[];
  /** All of what stands between the two. */
  between: RegExp;
  /** The target stands first. */
  reversed?: boolean;
  /** What follows the second. */
  behind?: RegExp;
  /** No third of a list: neither before the first nor after the second. */
  alone?: boolean;
}

const WHO: EntityType[] = ['person'];
/** A name of unknown kind may be one of these. */
const BODY: EntityType[] = ['organisation', 'term'];
const WHERE: EntityType[] = ['place', 'term'];
const ROLE = String.raw`(?:(?:an?|the|its|our|senior|chief|lead|former|new|current)\s)*(?:\p{L}+\s){0,2}`;
const HEAD = String.raw`(?:CEO|CFO|CTO|chief\s\p{L}+(?:\sofficer)?|president|chair(?:man|woman|person)?|head|director|managing\sdirector|governor|mayor|prime\sminister|leader)`;
const BE = String.raw`(?:,?\s(?:who\s)?(?:is|was|became|has\sbeen|serves\sas|served\sas|as)\s(?:now\s|then\s)?|,\s)`;
const THE = String.raw`(?:the\s)?`;
const rule = (pattern: string) => new RegExp(`^${pattern}$`, 'iu');

const RULES: Rule[] = [
  {
    type: 'leads',
    source: WHO,
    target: [...BODY, 'place'],
    between: rule(String.raw`${BE}${ROLE}${HEAD}(?:\sand\s\p{L}+)?\s(?:of|at)\s${THE}`),
  },
  {
    type: 'leads',
    source: WHO,
    target: BODY,
    between: rule(String.raw`,?\s(?:who\s)?(?:leads?|led|heads?|headed|runs?|ran|chairs?|chaired)\s${THE}`),
  },
  {
    type: 'leads',
    source: WHO,
    target: BODY,
    reversed: true,
    between: rule(String.raw`(?:['’]s)?,?\s(?:(?:is|was)\s)?(?:led|headed|run|chaired)\sby\s(?:the\s)?`),
  },
  { type: 'leads', source: WHO, target: BODY, reversed: true, between: rule(String.raw`(?:['’]s)?\s(?:new\s|former\s)?${HEAD},?\s`) },
  {
    type: 'works_for',
    source: WHO,
    target: BODY,
    between: rule(
      String.raw`,?\s(?:who\s)?(?:(?:has|had)\s)?(?:works?|worked|is\sworking|was\sworking|is\semployed|was\semployed)\s(?:${ROLE.replace('(?:an?|', '(?:as\\san?|')})?(?:for|at|by)\s${THE}`,
    ),
  },
  {
    type: 'works_for',
    source: WHO,
    target: BODY,
    between: rule(
      String.raw`${BE}${ROLE}(?:engineer|analyst|manager|professor|researcher|employee|lawyer|scientist|teacher|consultant|developer|designer|architect|editor|reporter|journalist|secretary|accountant|curator|librarian|lecturer|member)\s(?:at|of|for|with)\s${THE}`,
    ),
  },
  { type: 'works_for', source: WHO, target: BODY, between: rule(String.raw`\s(?:joined|works?\sfor)\s${THE}`) },
  {
    type: 'founded',
    source: [...WHO, 'organisation'],
    target: BODY,
    between: rule(String.raw`,?\s(?:who\s)?(?:co-?)?(?:founded|founds|established|set\sup|started)\s(?:the\s(?:company|firm)\s)?${THE}`),
  },
  { type: 'founded', source: WHO, target: BODY, between: rule(String.raw`${BE}${ROLE}(?:co-?)?founder\s(?:and\s\p{L}+\s)?of\s${THE}`) },
  {
    type: 'founded',
    source: [...WHO, 'organisation'],
    target: BODY,
    reversed: true,
    between: rule(
      String.raw`,?\s(?:which\s)?(?:was\s|were\s|is\s)?(?:co-?)?(?:founded|established|set\sup|started)\s(?:in\s\d{4}\s)?(?:in\s\p{L}+\s)?by\s${THE}`,
    ),
  },
  {
    type: 'acquired',
    source: BODY,
    target: BODY,
    between: rule(String.raw`\s(?:has\s|had\s)?(?:acquired|acquires|bought|buys|took\sover|purchased)\s${THE}`),
  },
  {
    type: 'acquired',
    source: BODY,
    target: BODY,
    reversed: true,
    between: rule(String.raw`,?\s(?:was|were|has\sbeen)\s(?:acquired|bought|taken\sover|purchased)\s(?:in\s\d{4}\s)?by\s${THE}`),
  },
  {
    type: 'born_in',
    source: WHO,
    target: WHERE,
    between: rule(String.raw`,?\s(?:who\s)?(?:was\s)?born\s(?:(?:on|in)\s[^,;.]{1,24},?\s)?in\s${THE}`),
  },
  {
    type: 'married_to',
    source: WHO,
    target: WHO,
    between: rule(String.raw`,?\s(?:who\s)?(?:married|marries|is\smarried\sto|was\smarried\sto|,?\s?(?:the\s)?(?:wife|husband)\sof)\s`),
  },
  {
    type: 'located_in',
    source: ['organisation', 'place', 'term'],
    target: WHERE,
    between: rule(
      String.raw`,?\s(?:which\s)?(?:is|are|lies|stands|was|were|sits)?\s?(?:located|based|situated|headquartered)?\s?(?:in|near)\s(?:the\s(?:city|town|village|centre|north|south|east|west)\sof\s)?${THE}`,
    ),
  },
  // “Noyon, Picardy.” is one in the other; “Paris, Venice, Rome” and “Russia, Switzerland sign” are lists.
  {
    type: 'located_in',
    source: ['place'],
    target: ['place'],
    between: rule(String.raw`,\s`),
    behind: /^(?:,(?!\s(?:and|or)\b)|[).;:!?”"\]]|\s[(_—–-]|$)/u,
    alone: true,
  },
  {
    type: 'located_in',
    source: WHERE,
    target: ['place'],
    between: rule(String.raw`\s(?:is|was)\s(?:the\scapital|a\s(?:city|town|village|region|district))\s(?:of|in)\s${THE}`),
  },
];

const FURTHEST = 90;
/** Pairs of one sentence: a list of forty names says nothing about any two of them. */
const MOST_NAMED = 8;

/** @param named in the order of the text; none overlap */
export function relate(text: string, named: Named[]): Pair[] {
  const pairs: Pair[] = [];
  const near = named.slice(0, MOST_NAMED);
  for (const [at, first] of near.entries()) {
    for (const second of near.slice(at + 1)) {
      if (first.entity === second.entity) continue;
      pairs.push(typed(text, first, second, isListed(text, named, first, second)) ?? together(first.entity, second.entity));
    }
  }
  return withoutRepeats(pairs);
}

function typed(text: string, first: Named, second: Named, listed: boolean): Pair | null {
  if (second.start - first.end > FURTHEST) return null;
  const between = text.slice(first.end, second.start).replace(/\s+/gu, ' ');
  const after = text.slice(second.end, second.end + 6);
  for (const { type, source, target, between: pattern, reversed = false, behind, alone } of RULES) {
    const [from, to] = reversed ? [second, first] : [first, second];
    if (!source.includes(from.type) || !target.includes(to.type) || !pattern.test(between)) continue;
    if ((alone && listed) || (behind && !behind.test(after))) continue;
    return { source: from.entity, target: to.entity, type };
  }
  return null;
}

const COMMA = /^,?\s(?:and\s|or\s)?$/u;

/** Another name of the kind stands before or behind the two with nothing but a comma between. */
function isListed(text: string, named: Named[], first: Named, second: Named): boolean {
  const [from, to] = [named.indexOf(first), named.indexOf(second)];
  const [before, after] = [named[from - 1], named[to + 1]];
  const joins = (a: Named | undefined, b: Named | undefined) =>
    a && b && a.type === b.type && COMMA.test(text.slice(a.end, b.start).replace(/\s+/gu, ' '));
  return Boolean(joins(before, first) || joins(second, after));
}

const together = (a: number, b: number): Pair => ({ source: Math.min(a, b), target: Math.max(a, b), type: 'mentioned_with' });

function withoutRepeats(pairs: Pair[]): Pair[] {
  const seen = new Set<string>();
  const typedPairs = new Set(pairs.filter(({ type }) => type !== 'mentioned_with').map(({ source, target }) => between(source, target)));
  return pairs.filter(({ source, target, type }) => {
    const name = `${source} ${target} ${type}`;
    if (seen.has(name) || (type === 'mentioned_with' && typedPairs.has(between(source, target)))) return false;
    seen.add(name);
    return true;
  });
}

const between = (a: number, b: number) => `${Math.min(a, b)} ${Math.max(a, b)}`;
