/** Which language a page is to be read in: by its script first, among the Latin ones by the small words it is full of. */

/** Languages of which data is installed, by the names that the engine gives to scripts. The first one is tried first. */
const OF_SCRIPT: Record<string, readonly string[]> = {
  Han: ['chi_sim', 'jpn'],
  Japanese: ['jpn', 'chi_sim'],
  Hangul: ['kor'],
  Korean: ['kor'],
  Arabic: ['ara'],
};
const LATIN = ['eng', 'deu', 'fra', 'spa', 'ita', 'por', 'nld'] as const;
type Latin = (typeof LATIN)[number];

/** Small words that recognition with another language's data still gets right: hardly any accents. */
const SMALL_WORDS: Record<Latin, string> = {
  eng: 'the of and to in is was that for it with as his on be at by had not are but from or have an they which you were this has been their will would',
  deu: 'der die und den von zu das mit sich des auf ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem einen so zum war haben nur oder aber vor zur bis mehr durch man wurde',
  fra: 'le de la et les des en un du une est que dans qui par pour au sur il ne se pas plus avec ce sont cette ou aux son sa ont ses nous vous leur mais comme',
  spa: 'de la que el en y los se del las un por con una su para es al lo como pero sus le ha me sin sobre este ya entre cuando todo esta ser son dos fue era muy hasta desde nos',
  ita: 'di che e la il un una per in del non le si della dei con sono da al ha gli alla nel lo anche dal delle come ma nella ed degli suo questo essere i ai sul dalla era stato',
  por: 'de a o que e do da em um para com uma os no se na por mais as dos como mas ao ele das seu sua ou quando muito nos ja eu foi pelo pela ate isso ela entre era depois sem mesmo aos seus',
  nld: 'de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij uit nog worden door naar heeft hij ze wordt tot je over zo hun wat geen deze werd was kan moet dit die zich',
};
/** Letters and endings that only some of them have; recognition with another language's data blurs them, so they count less. */
const MARKS: Partial<Record<Latin, RegExp>> = {
  deu: /[äöüß]/giu,
  fra: /[éèêçœ]|\b[ldjnsc]['’]/giu,
  spa: /[ñ¿¡]|ción\b/giu,
  por: /[ãõ]|ção\b|\bnão\b/giu,
  ita: /\b(?:dell|nell|all|un|l)['’]|[àèìò]\b/giu,
  nld: /ij|\b\w*aa\w*\b/giu,
};
const WORDS = new Map<Latin, Set<string>>(LATIN.map((language) => [language, new Set(SMALL_WORDS[language].split(' '))]));
/** Below this many hits nothing is known. */
const ENOUGH = 4;

/** Languages to try for a script, best guess first; null for a script that no installed data reads. */
export function languagesOf(script: string | null, latin: string): readonly string[] | null {
  if (script === null) return [latin, 'chi_sim', 'jpn', 'kor', 'ara'];
  if (script === 'Latin' || script === 'Fraktur') return [latin];
  return OF_SCRIPT[script.replace(/_vert$/, '')] ?? null;
}

export const isLatin = (language: string): boolean => LATIN.some((known) => known === language);

/** The Latin language a text is written in, or null when it does not show. */
export function latinLanguageOf(text: string): string | null {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const scores = LATIN.map((language) => ({ language, score: scoreOf(language, words, text) })).sort((a, b) => b.score - a.score);
  const [first, second] = scores;
  if (!first || first.score < ENOUGH || first.score < (second?.score ?? 0) * 1.15) return null;
  return first.language;
}

function scoreOf(language: Latin, words: string[], text: string): number {
  const small = WORDS.get(language);
  const hits = words.filter((word) => small?.has(word)).length;
  const marks = MARKS[language];
  return hits + (marks ? (text.match(marks)?.length ?? 0) * 0.4 : 0);
}

/** Names of languages as the web writes them, and of the scripts that some installed data reads. */
const TAGS: Record<string, string> = {
  eng: 'en',
  deu: 'de',
  fra: 'fr',
  spa: 'es',
  ita: 'it',
  por: 'pt',
  nld: 'nl',
  chi_sim: 'zh-Hans',
  jpn: 'ja',
  kor: 'ko',
  ara: 'ar',
};

/** BCP 47 for the engine's name of a language; null for one it has no data of. */
export const tagOf = (language: string): string | null => TAGS[language] ?? null;
/** Whether some installed data reads this script. */
export const isReadable = (script: string): boolean => languagesOf(script, 'eng') !== null;
