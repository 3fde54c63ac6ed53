/** What two sentences with the same words can still differ in: figures, names, quantities, direction, negation. */
import { contentWords, namesOf, numbersOf } from '../search/words';

const NUMBER_WORDS =
  /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion|half|third|quarter|dozen|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|hundert|tausend|millionen?|milliarden?|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|cent|mille|millions?|milliards?)\b/giu;
const NEGATION =
  /\b(?:no|not|never|none|neither|nor|without|cannot|nicht|kein\w*|nie|ohne|ne|pas|jamais|sans|sin|nunca|non|senza)\b|n['’]t\b|[不没未无非]/giu;
const UP =
  /\b(?:increas\w*|rose|rise[ns]?|rising|grew|grow\w*|gain\w*|improv\w*|higher|up|stieg\w*|gestiegen|wuchs|augment\w*|aument\w*)\b|增[长加]|上升/iu;
const DOWN =
  /\b(?:decreas\w*|fell|fall\w*|declin\w*|dropp?\w*|reduc\w*|lower\w*|down|worsen\w*|sank|gesunken|fiel|diminu\w*|baiss\w*)\b|减少|下降/iu;
/** Words that may open a sentence and name nothing. */
const OPENINGS =
  /^(?:additionally|however|overall|according|based|yes|no|finally|also|moreover|furthermore|therefore|thus|first|second|third|currently|there|answer)$/i;

/**
 * Whether what a sentence claims stands in its source.
 * @param quote the sentence that is quoted: figures, quantities, direction and negation must agree with it
 * @param around words of the quote's passage and headings: names may stand there
 */
export function claimsHold(sentence: string, quote: string, around: ReadonlySet<string>): boolean {
  return (
    isSubset(numbersOf(sentence), numbersOf(quote)) &&
    isSubset(quantitiesOf(sentence), quantitiesOf(quote)) &&
    isSubset(namesIn(sentence), around) &&
    negations(sentence) === negations(quote) &&
    !opposite(sentence, quote)
  );
}

const negations = (text: string) => text.match(NEGATION)?.length ?? 0;

const isSubset = (some: ReadonlySet<string>, all: ReadonlySet<string>) => [...some].every((one) => all.has(one));

const quantitiesOf = (text: string) => new Set((text.match(NUMBER_WORDS) ?? []).map((word) => word.toLowerCase().replace(/s$/, '')));

/** Names inside the sentence, and its first word unless that is an ordinary opening. */
function namesIn(sentence: string): Set<string> {
  const names = namesOf(sentence);
  const first = /^\P{L}*(\p{Lu}[\p{L}\p{M}'’-]*)/u.exec(sentence)?.[1];
  if (first && !OPENINGS.test(first)) for (const word of contentWords(first)) if (!isStopWord(first)) names.add(word);
  return names;
}

/** `contentWords` keeps a stop word only when it stands alone. */
const isStopWord = (word: string) => !contentWords(`${word} xylophone`).has([...contentWords(word)][0] ?? '');

function opposite(sentence: string, quote: string): boolean {
  const [up, down] = [UP.test(sentence), DOWN.test(sentence)];
  if (up === down) return false;
  return up ? DOWN.test(quote) && !UP.test(quote) : UP.test(quote) && !DOWN.test(quote);
}
