/** Follow-up questions made to stand alone, by rules: what "it" or "and in 2023?" leaves out is taken from the question before. */
import type { Message } from '../../contract/chat';
import { contentWords, numbersOf } from '../search/words';

/** Words that point back, in the languages asked most. */
const POINTS_BACK =
  /\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|one|ones|same|former|latter|er|sie|es|ihn|ihm|ihr|ihre|sein|seine|dies\w*|jene\w*|dort|dazu|davon|il|elle|ils|elles|lui|leur|ce|cela|ça|celui|celle|él|ella|ellos|ellas|eso|esto|su|sus|lui|lei|loro|questo|quello)\b/iu;
const CONTINUES = /^\s*(?:and|or|but|also|what about|how about|why|und|oder|aber|et|ou|mais|y|o|pero|e|ma)\b/iu;
const POINTS_BACK_UNSPACED = /[它他她其这那该]/u;
const CONTINUES_UNSPACED = /^(?:那|还有|以及|然后|为什么|それ|その|では)/u;
/** A question with no more telling words than this hardly stands alone. */
const FEW_WORDS = 1;
/** Of the answer before, for "she" and "there". */
const MOST_NAMES = 3;

/**
 * The question as it is searched for. Stays as it is when it stands alone; else the question before is put in front of it,
 * without its numbers where the new one brings its own ("and in 2023?").
 */
export function standAlone(question: string, history: Message[]): string {
  const before = history.filter(({ role }) => role === 'user').at(-1);
  if (!before) return question;
  const words = contentWords(question);
  const pointsBack = (words.size <= 6 && POINTS_BACK.test(question)) || (question.length < 20 && POINTS_BACK_UNSPACED.test(question));
  const continues = CONTINUES.test(question) || CONTINUES_UNSPACED.test(question) || words.size <= FEW_WORDS;
  if (!pointsBack && !continues) return question;
  const earlier = chainOf(history);
  const subject = numbersOf(question).size > 0 ? earlier.replace(/\b\d[\d.,]*\b/g, ' ') : earlier;
  const names = pointsBack ? answeredNames(history) : '';
  return [subject, names, question].join(' ').replace(/\s+/g, ' ').trim();
}

/** Names of the last answer as they are written, longest first. */
function answeredNames(history: Message[]): string {
  const answer = history.filter(({ role }) => role === 'assistant').at(-1)?.content ?? '';
  const names = answer.match(/(?<=[\p{Ll},] )\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)*|^\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+/gu) ?? [];
  return [...new Set(names)]
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_NAMES)
    .join(' ');
}

/** A follow-up of a follow-up reaches back to the question that stood alone, two steps at most. */
function chainOf(history: Message[]): string {
  const questions = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  const last = questions.at(-1) ?? '';
  const first = questions.at(-2);
  return first && (CONTINUES.test(last) || contentWords(last).size <= FEW_WORDS) ? `${first} ${last}` : last;
}
