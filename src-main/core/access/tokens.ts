/** Access tokens: issuing, checking, renewing and revoking. */
import { LRUCache } from 'lru-cache';
import type { Scope } from '../../contract/op';
import type { Page, PageQuery } from '../../contract/shared';
import type { IssuedToken, NewToken, Token } from '../../contract/tokens';
import { AppError, notFound } from '../errors';
import { LIMITS } from '../limits';
import type { Ports } from '../ports';
import type { TokenClaims, TokenRow } from '../ports/access';

/** Whom a valid token belongs to. */
export interface Identity {
  token_id: string;
  /** The token's name. */
  user: string;
  /** The most that it allows. */
  scope: Scope;
}

interface Known extends Identity {
  ends_ms: number;
  noted_ms: number;
}

const YEAR_MS = 365 * 86_400_000;
const USE_NOTED_MS = 60_000;
const RANKED: Scope[] = ['admin', 'write', 'read'];

/** Tells what was said of a token without its generation. */
const shown = ({ generation, ...token }: TokenRow): Token => token;

export class Tokens {
  /** Checked tokens, so that a request costs a look-up and no signature. Emptied by whatever makes a token invalid. */
  private readonly known = new LRUCache<string, Known>({ max: LIMITS.tokensRemembered });
  private readonly heard: ((token: string) => void)[] = [];

  constructor(private readonly ports: Pick<Ports, 'records' | 'signer' | 'runtime'>) {}

  /** Null for a token that is not ours, has ended, was renewed or revoked. */
  async authenticate(token: string): Promise<Identity | null> {
    const now = this.ports.runtime.now();
    const known = this.known.get(token) ?? (await this.check(token, now));
    if (!known || known.ends_ms <= now.getTime()) return null;
    if (now.getTime() - known.noted_ms >= USE_NOTED_MS) {
      known.noted_ms = now.getTime();
      await this.ports.records.tokens.used(known.token_id, now.toISOString()).catch(() => undefined);
    }
    return known;
  }

  list(query: PageQuery): Promise<Page<Token>> {
    return this.ports.records.tokens.list(query);
  }

  async create({ name, scopes, expires_in_s }: NewToken): Promise<IssuedToken> {
    const now = this.ports.runtime.now();
    const row = await this.ports.records.tokens.create({
      id: this.ports.runtime.id(),
      name,
      scopes: [...new Set(scopes)],
      generation: 1,
      installation: false,
      created_at: now.toISOString(),
      expires_at: endOf(now, expires_in_s),
      last_used_at: null,
      revoked_at: null,
    });
    return this.issue(row);
  }

  /** @throws NOT_FOUND; CONFLICT for a revoked one */
  async rotate({ id, expires_in_s }: { id: string; expires_in_s: number | null }): Promise<IssuedToken> {
    const row = await this.get(id);
    if (row.revoked_at) throw new AppError('CONFLICT', 'This token was revoked; issue a new one.', { revoked_at: row.revoked_at });
    const renewed = await this.ports.records.tokens.renew(id, endOf(this.ports.runtime.now(), expires_in_s));
    this.known.clear();
    const issued = await this.issue(renewed);
    if (row.installation) this.announce(issued.token);
    return issued;
  }

  /** Revoking twice changes nothing. @throws CONFLICT for the installation's own, which can only be renewed */
  async revoke(id: string): Promise<Token> {
    const row = await this.get(id);
    if (row.installation) throw new AppError('CONFLICT', 'This is the token of the installation itself: renew it instead.', { token: id });
    if (row.revoked_at) return shown(row);
    const revoked = await this.ports.records.tokens.revoke(id, this.ports.runtime.now().toISOString());
    this.known.clear();
    return shown(revoked);
  }

  /** Makes every token worthless; answers with the installation's new one. */
  async rotateKey(): Promise<IssuedToken> {
    const { signer, records, runtime } = this.ports;
    await signer.rotate();
    await records.tokens.revokeAll(runtime.now().toISOString());
    this.known.clear();
    const issued = await this.issue(await this.installationRow());
    this.announce(issued.token);
    return issued;
  }

  /** A JWT of the installation, with all scopes, good for a year; earlier ones stay good. */
  async installation(): Promise<string> {
    const row = await this.installationRow();
    const expires_at = new Date(this.ports.runtime.now().getTime() + YEAR_MS).toISOString();
    return (await this.issue(await this.ports.records.tokens.extend(row.id, expires_at))).token;
  }

  /** Another server renewed or revoked tokens; `keys` were made anew, or which ones is not known. */
  async changedElsewhere(id: string): Promise<void> {
    this.known.clear();
    const { records } = this.ports;
    if (id === '' || id === 'keys' || id === (await records.tokens.installation())?.id) this.announce(await this.installation());
  }

  /** Hears of each new token of the installation. */
  onInstallation(listener: (token: string) => void): void {
    this.heard.push(listener);
  }

  private announce(token: string): void {
    for (const hear of this.heard) hear(token);
  }

  private async installationRow(): Promise<TokenRow> {
    const { records, runtime } = this.ports;
    const now = runtime.now();
    const present = await records.tokens.installation();
    if (present) return present;
    try {
      return await records.tokens.create({
        id: runtime.id(),
        name: 'This installation',
        scopes: ['read', 'write', 'admin'],
        generation: 1,
        installation: true,
        created_at: now.toISOString(),
        expires_at: new Date(now.getTime() + YEAR_MS).toISOString(),
        last_used_at: null,
        revoked_at: null,
      });
    } catch (error) {
      // Another server was faster.
      const made = await records.tokens.installation();
      if (made) return made;
      throw error;
    }
  }

  private async get(id: string): Promise<TokenRow> {
    const row = await this.ports.records.tokens.get(id);
    if (!row) throw notFound('token', id);
    return row;
  }

  private async issue(row: TokenRow): Promise<IssuedToken> {
    const { id, generation, scopes } = row;
    const expires_at = row.expires_at === null ? null : new Date(row.expires_at);
    const token = await this.ports.signer.sign({ id, generation, scopes, expires_at }, this.ports.runtime.now());
    return { ...shown(row), token };
  }

  private async check(token: string, now: Date): Promise<Known | null> {
    const claims = await this.ports.signer.verify(token, now);
    const row = claims && (await this.ports.records.tokens.get(claims.id));
    if (!row || row.revoked_at || row.generation !== claims.generation) return null;
    const known = { token_id: row.id, user: row.name, scope: highest(row.scopes), ends_ms: endsMs(claims), noted_ms: 0 };
    this.known.set(token, known);
    return known;
  }
}

const endsMs = ({ expires_at }: TokenClaims): number => expires_at?.getTime() ?? Number.POSITIVE_INFINITY;
const endOf = (now: Date, seconds: number | null): string | null =>
  seconds === null ? null : new Date(now.getTime() + seconds * 1000).toISOString();
const highest = (scopes: Scope[]): Scope => RANKED.find((scope) => scopes.includes(scope)) ?? 'read';
