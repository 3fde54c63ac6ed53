/** How a library remembers that it was moved to where it is. */

/** Key of a setting; it does not move along. */
export const MOVE_MARK = 'move';

export interface MoveMark {
  /** Name of the library that it comes from. */
  from: string;
  /** While this is false no program may work on it. */
  finished: boolean;
}
