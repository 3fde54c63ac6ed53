/** What a protected file says. Doors know by the code that a password can be given. */
import { DocumentError } from '../../core/errors';

/** @param what "This PDF" */
export const passwordNeeded = (what: string) =>
  new DocumentError(
    'PASSWORD_NEEDED',
    `${what} is protected by a password.`,
    'Enter its password, or upload a copy that was saved without one.',
  );

export const wrongPassword = () =>
  new DocumentError('PASSWORD_WRONG', 'This is not the password of this file.', 'Enter the right one; capital letters matter.');
