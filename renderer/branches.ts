/** A conversation is a tree: answers given again, and questions put otherwise, are branches. One path through it is shown at a time. */
import type { Message } from '../src-main/contract/chat';

export interface Turn {
  message: Message;
  /** All messages in its place, oldest first; itself among them. */
  branches: string[];
}

/** @param picked by the id of what they follow (`''` at the beginning); elsewhere the branch with the newest message is taken */
export function pathThrough(messages: Message[], picked: ReadonlyMap<string, string>): Turn[] {
  const following = Map.groupBy(messages, ({ parent_id }) => parent_id ?? '');
  const newest = newestBelow(messages);
  const path: Turn[] = [];
  for (let at = ''; ; ) {
    const branches = (following.get(at) ?? []).toSorted((one, two) => (one.id < two.id ? -1 : 1));
    const chosen = branches.find(({ id }) => id === picked.get(at)) ?? branches.reduce(later(newest), branches[0]);
    if (!chosen) return path;
    path.push({ message: chosen, branches: branches.map(({ id }) => id) });
    at = chosen.id;
  }
}

const later =
  (newest: Map<string, string>) =>
  (best: Message | undefined, one: Message): Message =>
    best && (newest.get(best.id) ?? best.id) > (newest.get(one.id) ?? one.id) ? best : one;

/** Of each message, the newest in the branch that it begins; ids sort by creation, and what follows a message is younger. */
function newestBelow(messages: Message[]): Map<string, string> {
  const newest = new Map<string, string>();
  for (const { id, parent_id } of messages.toSorted((one, two) => (one.id < two.id ? 1 : -1))) {
    const own = newest.get(id) ?? id;
    newest.set(id, own);
    if (parent_id && (newest.get(parent_id) ?? '') < own) newest.set(parent_id, own);
  }
  return newest;
}
