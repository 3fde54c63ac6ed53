/** What tells the things of this library from those of another one in the same server. Goes with the installation, not with a backup. */
import type { Records } from '../ports/records';
import type { Runtime } from '../ports/runtime';

const KEY = 'mirrors_library';

export async function libraryId({ settings }: Pick<Records, 'settings'>, { id }: Pick<Runtime, 'id'>): Promise<string> {
  const known = await settings.get(KEY);
  // Two processes may begin at once.
  return typeof known === 'string' ? known : String(await settings.keep(KEY, id()));
}
