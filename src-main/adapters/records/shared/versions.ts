/** Libraries of other versions of the program. */
import { AppError } from '../../../core/errors';

/** CONFLICT that names both versions. @param present when its newest migration was made, in milliseconds since 1970 */
export function newerLibrary(present: number, newest: number): AppError {
  const [library, program] = [present, newest].map((when) => new Date(when).toISOString().slice(0, 16).replace('T', ' '));
  return new AppError(
    'CONFLICT',
    `This library was made by a newer Pressmark (schema of ${library}; this program knows ${program}). Update Pressmark; the library was not touched.`,
    { library, program },
  );
}
