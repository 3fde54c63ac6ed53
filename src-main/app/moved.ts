/** A library into which a move has begun and not ended holds a part of what it should: nothing works on it. */
import { AppError } from '../core/errors';
import { MOVE_MARK, type MoveMark } from '../core/move/mark';
import type { Library } from './library';

/** @throws AppError CONFLICT that says how to go on */
export async function refuseUnfinishedMove({ ports: { records } }: Library): Promise<void> {
  const mark = (await records.settings.get(MOVE_MARK)) as MoveMark | undefined;
  if (mark?.finished !== false) return;
  throw new AppError(
    'CONFLICT',
    `This library is being moved here from ${mark.from}, and is not whole yet. Run the same npm run move again: it goes on where it stopped.`,
  );
}
