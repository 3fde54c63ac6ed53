/** A dictionary of names, for telling what a run of words is. */

/** What a dictionary knows of a run of words. `common`: an ordinary word that only begins a sentence. */
export interface Lexicon {
  (name: string): 'person' | 'place' | 'organisation' | 'common' | null;
  /** Of who bears a first name; null where that is not known. */
  gender(given: string): 'm' | 'f' | null;
  /** “Kenyan”: of a country or a people. */
  isDemonym(word: string): boolean;
  kindOf(word: string): 'noun' | 'verb' | 'other';
}
