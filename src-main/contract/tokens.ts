/** Access tokens: JWTs (RFC 7519) with scopes, an end, renewal and revocation. */
import { z } from 'zod';
import { op, scope } from './op';
import { byId, id, pageOf, pageQuery, timestamp, visibleText } from './shared';

const DAY_S = 86_400;

export const token = z.object({
  id,
  name: z.string(),
  scopes: z.array(scope),
  installation: z.boolean().describe('True for the token that the ready line and `server.json` show.'),
  created_at: timestamp,
  expires_at: timestamp.nullable(),
  last_used_at: timestamp.nullable().describe('To the minute.'),
  revoked_at: timestamp.nullable(),
});
export type Token = z.output<typeof token>;

export const issuedToken = token.extend({ token: z.string().describe('The JWT. It is shown only this once.') });
export type IssuedToken = z.output<typeof issuedToken>;

const lifetime = z
  .number()
  .int()
  .min(1)
  .max(3650 * DAY_S)
  .nullable()
  .describe('Seconds until it ends, 90 days when left out; null for one that ends only when it is revoked.');

export const newToken = z.object({
  name: visibleText(100).describe('For people, and for the audit log: which program uses it.'),
  scopes: z
    .array(scope)
    .min(1)
    .max(3)
    .default(['read'])
    .describe('read: look and search. write: also change documents and ask. admin: also tokens, settings, models.'),
  expires_in_s: lifetime.default(90 * DAY_S),
});
export type NewToken = z.output<typeof newToken>;

const tag = 'Tokens';
export const tokens = {
  list: op({ method: 'GET', path: '/api/tokens', summary: 'List the access tokens, oldest first', tag, scope: 'admin' })
    .input(pageQuery)
    .output(pageOf(token)),
  create: op({ method: 'POST', path: '/api/tokens', summary: 'Issue an access token', tag, scope: 'admin', status: 201 })
    .input(newToken)
    .output(issuedToken),
  rotate: op({
    method: 'POST',
    path: '/api/tokens/{id}/rotate',
    summary: 'Renew a token: same name and scopes, a new end; the old JWT is refused from now on',
    tag,
    scope: 'admin',
  })
    .input(byId.extend({ expires_in_s: lifetime.default(90 * DAY_S) }))
    .output(issuedToken),
  revoke: op({ method: 'DELETE', path: '/api/tokens/{id}', summary: 'Revoke a token; it stays in the list', tag, scope: 'admin' })
    .input(byId)
    .output(token),
  rotateKey: op({
    method: 'POST',
    path: '/api/tokens/rotate-key',
    summary: 'Replace the signing key: every JWT given out so far is refused from now on',
    description: "The answer has this installation's new token, which also stands in `server.json`.",
    tag,
    scope: 'admin',
  }).output(issuedToken),
};
