/** Text for comparing without regard to case, in any script. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase();
