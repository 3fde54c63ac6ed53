/** Tokens as JWTs (RFC 7519), signed with HMAC-SHA256 by a secret that never leaves this installation. */
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { scope } from '../../contract/op';
import type { TokenClaims, TokenSigner } from '../../core/ports/access';
import type { KeySource } from './key-ring';

const ISSUER = 'pressmark';
const ALGORITHM = 'HS256';

const payload = z.object({
  sub: z.string(),
  gen: z.number().int(),
  scope: z.string(),
  exp: z.number().optional(),
});

export function createTokenSigner(ring: KeySource): TokenSigner {
  async function read(token: string, now: Date): Promise<TokenClaims | null> {
    const { kid } = decodeProtectedHeader(token);
    const secret = await ring.secret(kid ?? '');
    if (!secret) return null;
    const verified = await jwtVerify(token, secret, { issuer: ISSUER, algorithms: [ALGORITHM], currentDate: now });
    const { sub, gen, exp, ...rest } = payload.parse(verified.payload);
    const scopes = z.array(scope).parse(rest.scope.split(' '));
    return { id: sub, generation: gen, scopes, expires_at: exp === undefined ? null : new Date(exp * 1000) };
  }

  return {
    async sign({ id, generation, scopes, expires_at }, issued_at) {
      const { kid, secret } = await ring.current();
      const unsigned = new SignJWT({ gen: generation, scope: scopes.join(' ') })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid })
        .setIssuer(ISSUER)
        .setSubject(id)
        .setIssuedAt(issued_at);
      if (expires_at) unsigned.setExpirationTime(expires_at);
      return unsigned.sign(secret);
    },
    verify: (token, now) => read(token, now).catch(() => null),
    rotate: async () => ring.rotate(),
  };
}
