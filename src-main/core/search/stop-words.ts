/** Words that tell nothing about a text's subject, in the languages that are asked most. */

/** Words that are in every text of their language; they would only slow the search and blur its order. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a an and are as at be been but by can did do does for from had has have how i if in into is it its me my no not of on or our so such that the their then
  there these they this to was we were what when where which who whom whose why will with would you your many much some any also just about than then more most other each every between during after before
  please tell me give show find list explain describe document documents according
  der die das den dem des ein eine einer eines einem einen und oder ist sind war waren wird werden wurde wie was wer wo wann warum welche welcher welches mit von
  zu zum zur im in am an auf für bei nicht es sie er wir ihr hat haben
  le la les un une des du de et ou est sont était quel quelle quels quelles qui que quoi comment où quand pourquoi dans sur pour par avec ne pas il elle
  el los las una unos unas y o es son era fue qué quién cómo dónde cuándo por para con no se su sus lo al del en
  il lo gli uno e è sono chi che cosa come dove quando perché per con non si su nel della dei di da
  o os as um uma uns umas e é são quem como onde quando não em no na do da dos das
  de het een en of is zijn was waren wat wie waar wanneer hoe met van voor niet te op`.split(/\s+/),
);
