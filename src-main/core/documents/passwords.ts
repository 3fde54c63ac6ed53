/** Passwords that people gave for protected files: in memory only, until the document was read or could not be. */

export interface Passwords {
  give(document_id: string, password: string): void;
  of(document_id: string): string | null;
  forget(document_id: string): void;
}

/** A restart forgets them all: the document then asks again. */
export function createPasswords(): Passwords {
  const known = new Map<string, string>();
  return {
    give: (document_id, password) => void known.set(document_id, password),
    of: (document_id) => known.get(document_id) ?? null,
    forget: (document_id) => void known.delete(document_id),
  };
}
