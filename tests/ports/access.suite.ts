/** What every records adapter must do for tokens, the audit log, requests that are repeated, and settings. */
import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src-main/contract/audit';
import type { TokenRow } from '../../src-main/core/ports/access';
import { allPages, type Stores } from './seed';

const token = (name: string, change: Partial<TokenRow> = {}): TokenRow => ({
  id: uuid(),
  name,
  scopes: ['read', 'write'],
  generation: 1,
  installation: false,
  created_at: new Date().toISOString(),
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
  ...change,
});

const entry = (action: string, timestamp: string, change: Partial<AuditEntry> = {}): AuditEntry => ({
  id: uuid(),
  action,
  user: 'token',
  interface: 'http',
  outcome: 'done',
  request_id: 'r',
  timestamp,
  details: { of: action },
  ...change,
});

export function describeAccess(name: string, open: () => Promise<Stores>): void {
  describe(`access: ${name}`, () => {
    it('keeps tokens, renews, extends and revokes them', async () => {
      const { tokens } = (await open()).records;
      expect(await tokens.installation()).toBeNull();
      const own = await tokens.create(token('installation', { installation: true, scopes: ['admin'] }));
      const [a, b] = [await tokens.create(token('a')), await tokens.create(token('b'))];
      expect(await tokens.get(a.id)).toEqual(a);
      expect(await tokens.get('none')).toBeNull();
      expect(await tokens.installation()).toEqual(own);
      const listed = await allPages((cursor) => tokens.list({ limit: 2, cursor }));
      expect(listed.map((one) => one.name)).toEqual(['installation', 'a', 'b']);
      expect(listed[0]).not.toHaveProperty('generation');
      expect(await tokens.renew(a.id, '2030-01-01T00:00:00.000Z')).toEqual({ ...a, generation: 2, expires_at: '2030-01-01T00:00:00.000Z' });
      expect((await tokens.extend(a.id, '2031-01-01T00:00:00.000Z')).generation).toBe(2);
      await tokens.used(a.id, '2029-01-01T00:00:00.000Z');
      expect((await tokens.get(a.id))?.last_used_at).toBe('2029-01-01T00:00:00.000Z');
      expect((await tokens.revoke(a.id, '2029-02-01T00:00:00.000Z')).revoked_at).toBe('2029-02-01T00:00:00.000Z');
      await tokens.revokeAll('2029-03-01T00:00:00.000Z');
      expect((await tokens.get(a.id))?.revoked_at).toBe('2029-02-01T00:00:00.000Z');
      expect((await tokens.get(b.id))?.revoked_at).toBe('2029-03-01T00:00:00.000Z');
      expect((await tokens.installation())?.id).toBe(own.id);
      await expect(tokens.renew('none', null)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('lists the audit log newest first, by each filter, and forgets what is old', async () => {
      const { audit } = (await open()).records;
      const days = ['2026-01-01', '2026-01-02', '2026-01-03'].map((day) => `${day}T00:00:00.000Z`);
      await audit.add(entry('projects.create', days[0] ?? ''));
      await audit.add(entry('projects.remove', days[1] ?? '', { outcome: 'refused', user: null }));
      await audit.add(entry('projectsX.create', days[2] ?? ''));
      const found = async (filter: object) =>
        (await allPages((cursor) => audit.list({ limit: 1, cursor, ...filter }))).map(({ action }) => action);
      expect(await found({})).toEqual(['projectsX.create', 'projects.remove', 'projects.create']);
      expect(await found({ action: 'projects' })).toEqual(['projects.remove', 'projects.create']);
      expect(await found({ action: 'projects.create' })).toEqual(['projects.create']);
      expect(await found({ action: '%' })).toEqual([]);
      expect(await found({ outcome: 'refused' })).toEqual(['projects.remove']);
      expect(await found({ user: 'token' })).toEqual(['projectsX.create', 'projects.create']);
      expect(await found({ since: days[1], until: days[2] })).toEqual(['projects.remove']);
      expect((await audit.list({ limit: 1 })).items[0]?.details).toEqual({ of: 'projectsX.create' });
      expect(await audit.trim(days[2] ?? '')).toBe(2);
      expect(await found({})).toEqual(['projectsX.create']);
    });

    it('answers a repeated request as the first time', async () => {
      const { idempotency } = (await open()).records;
      const at = new Date().toISOString();
      const answer = { status: 201, content_type: 'application/json', body: '{"a":"\\u0000 ü"}' };
      expect(await idempotency.begin('me', 'k', 'print', at)).toBeNull();
      expect(await idempotency.begin('me', 'k', 'other', at)).toEqual({ fingerprint: 'print', answer: null });
      expect(await idempotency.begin('you', 'k', 'print', at)).toBeNull();
      await idempotency.finish('me', 'k', answer);
      expect(await idempotency.begin('me', 'k', 'print', at)).toEqual({ fingerprint: 'print', answer });
      await idempotency.release('me', 'k');
      expect(await idempotency.begin('me', 'k', 'print', at)).toBeNull();
    });

    it('forgets answers that are old, too many, or were never given', async () => {
      const { idempotency } = (await open()).records;
      const answer = { status: 200, content_type: 'text/plain', body: '' };
      const kept = async () => {
        const states = new Map<string, boolean>();
        for (const key of ['old', 'a', 'b', 'unfinished']) states.set(key, (await idempotency.begin('me', key, 'again', now)) !== null);
        const present = [...states].filter(([, there]) => there).map(([key]) => key);
        for (const [key, there] of states) if (!there) await idempotency.release('me', key);
        return present;
      };
      const now = new Date().toISOString();
      const [past, recently] = [new Date(Date.now() - 90_000_000).toISOString(), new Date(Date.now() - 1_000).toISOString()];
      for (const [key, at] of [
        ['old', past],
        ['a', recently],
        ['b', now],
      ] as const) {
        await idempotency.begin('me', key, 'f', at);
        await idempotency.finish('me', key, answer);
      }
      await idempotency.begin('me', 'unfinished', 'f', now);
      await idempotency.trim(new Date(Date.now() - 86_400_000).toISOString(), 10, false);
      expect(await kept()).toEqual(['a', 'b', 'unfinished']);
      await idempotency.trim(past, 10, true);
      expect(await kept()).toEqual(['a', 'b']);
      await idempotency.trim(past, 1, false);
      expect(await kept()).toEqual(['b']);
    });

    it.each(['text', 0, false, [1, { a: [] }], { b: 1, a: { nothing: null } }])('keeps the setting %j', async (value) => {
      const { settings } = (await open()).records;
      await settings.set('one', value);
      expect(await settings.get('one')).toEqual(value);
      expect(await settings.get('two')).toBeUndefined();
      expect([await settings.keep('two', 2), await settings.keep('two', 3)]).toEqual([2, 2]);
    });
  });
}
