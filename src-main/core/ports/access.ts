/** Who may call: signed tokens, their rows, the audit log, and answers kept for repeated requests. */
import type { AuditEntry, AuditFilter } from '../../contract/audit';
import type { Scope } from '../../contract/op';
import type { Page, PageQuery } from '../../contract/shared';
import type { Token } from '../../contract/tokens';

/** What a token says, signed. */
export interface TokenClaims {
  /** Id of the token's row. */
  id: string;
  generation: number;
  scopes: Scope[];
  /** Null: no end. */
  expires_at: Date | null;
}

export interface TokenSigner {
  sign(claims: TokenClaims, issued_at: Date): Promise<string>;
  /** Null for anything that was not signed with one of our keys, or has ended at `now`. */
  verify(token: string, now: Date): Promise<TokenClaims | null>;
  /** Forgets every key and makes a new one; what was signed before is worthless after that. */
  rotate(): Promise<void>;
}

export type TokenRow = Token & { generation: number };

export interface TokenRecords {
  create(row: TokenRow): Promise<TokenRow>;
  get(id: string): Promise<TokenRow | null>;
  /** The token of this installation that is not revoked. */
  installation(): Promise<TokenRow | null>;
  list(query: PageQuery): Promise<Page<Token>>;
  /** Next generation, with a new end. */
  renew(id: string, expires_at: string | null): Promise<TokenRow>;
  /** A later end for the same generation. */
  extend(id: string, expires_at: string): Promise<TokenRow>;
  revoke(id: string, at: string): Promise<TokenRow>;
  /** All but the installation's. */
  revokeAll(at: string): Promise<void>;
  used(id: string, at: string): Promise<void>;
}

export interface AuditRecords {
  add(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(query: PageQuery & AuditFilter): Promise<Page<AuditEntry>>;
  /** Drops what is older. */
  trim(before: string): Promise<number>;
}

/** An answer as it was sent. */
export interface KeptAnswer {
  status: number;
  content_type: string;
  etag?: string;
  body: string;
}

export interface IdempotencyRecords {
  /** Claims the key for a new request; what an earlier one left is returned instead. */
  begin(owner: string, key: string, fingerprint: string, at: string): Promise<{ fingerprint: string; answer: KeptAnswer | null } | null>;
  finish(owner: string, key: string, answer: KeptAnswer): Promise<void>;
  /** Gives the key free: the request came to nothing. */
  release(owner: string, key: string): Promise<void>;
  /** Drops what is older, the oldest beyond `most`, and (at the start) requests that a dead process left unfinished. */
  trim(before: string, most: number, unfinished: boolean): Promise<void>;
}

/** Passwords and keys of other services, kept where only their owner can read them. Never part of a backup. */
export interface SecretStore {
  get(name: string): string | null;
  /** Null forgets it. */
  set(name: string, value: string | null): void;
}
