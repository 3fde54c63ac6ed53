/** The entities that a question names. */
import type { Entity } from '../../contract/graph';
import type { Ports } from '../ports';
import { contentWords } from '../search/words';
import { plainWords, possibleKeys } from './extract/names';

/** Written out in full, else by one of the words of their names; those named by most words first. */
export function namedIn({ graph }: Pick<Ports, 'graph'>, project_id: string, query: string, limit: number): Promise<Entity[]> {
  // Words that everybody uses name nothing.
  const telling = plainWords(query).filter((word) => word.length > 2 && contentWords(word).size > 0);
  const keys = possibleKeys(query).filter((key) => key.split(' ').some((word) => telling.includes(word) || /\d/.test(word)));
  return graph.named({ project_id, keys, words: telling, limit });
}
