/** What a protected file says. Doors know by the code that a password can be given. */
import { DocumentError } from '../../core/errors';

/** @param what "This PDF" */
export const passwordNeeded = (what: string) =>
  new DocumentError(
    'PASSWORD_NEEDED',
    `${what} is protected by a password.`,
    'Enter its password, or upload a copy that was saved without one.',
  );

/** @param what "This workbook"; @param programs that open it, with what they save */
export const cannotDecrypt = (what: string, advice: string) =>
  new DocumentError('ENCRYPTED', `${what} is protected by a password in a way that Pressmark cannot open.`, advice);

export const wrongPassword = () =>
  new DocumentError('PASSWORD_WRONG', 'This is not the password of this file.', 'Enter the right one; capital letters matter.');
