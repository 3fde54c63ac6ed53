/** What every records adapter must do for followed folders. */
import { v7 as uuid } from 'uuid';
import { describe, expect, it } from 'vitest';
import type { FolderFile, FolderRow } from '../../src-main/core/ports/folders';
import { accept, allPages, type Stores } from './seed';

const folder = (project_id: string, path: string): FolderRow => ({
  id: uuid(),
  project_id,
  path,
  ignore: ['*.tmp', 'node_modules'],
  identity: '1:2',
  paused: false,
  last_scan_at: null,
  created_at: new Date().toISOString(),
});

const file = (path: string, document_id: string | null, change: Partial<FolderFile> = {}): FolderFile => ({
  path,
  size_bytes: 2 ** 33,
  changed_ms: 1_700_000_000_123,
  sha256: 'a',
  document_id,
  error: null,
  ...change,
});

const failure = (code: string) => ({ code, message: 'No.', action: null });

export function describeFolders(name: string, open: () => Promise<Stores>): void {
  describe(`folders: ${name}`, () => {
    it('follows a folder once a project, pauses and forgets it', async () => {
      const stores = await open();
      const { project_id } = await accept(stores);
      const { folders } = stores.records;
      const row = await folders.add(folder(project_id, '/books'));
      expect(await folders.get(row.id)).toEqual(row);
      await expect(folders.add(folder(project_id, '/books'))).rejects.toMatchObject({ code: 'CONFLICT' });
      const other = await folders.add(folder(project_id, '/letters'));
      expect(await allPages((cursor) => folders.list({ project_id, limit: 1, cursor }))).toEqual([row, other]);
      await folders.pause(row.id, true);
      await folders.scanned(row.id, { identity: '3:4', last_scan_at: '2026-01-01T00:00:00.000Z' });
      await folders.setIgnore(row.id, ['*.bak']);
      const known = { ...row, paused: true, ignore: ['*.bak'], identity: '3:4', last_scan_at: '2026-01-01T00:00:00.000Z' };
      expect(await folders.all()).toEqual([known, other]);
      await folders.put(row.id, file('a', null), false);
      await folders.remove(row.id);
      expect(await folders.get(row.id)).toBeNull();
      expect(await folders.file(row.id, 'a')).toBeNull();
    });

    it('remembers files, and counts them', async () => {
      const stores = await open();
      const { project_id, document } = await accept(stores);
      const { folders } = stores.records;
      const { id } = await folders.add(folder(project_id, '/books'));
      await folders.put(id, file('b/ü.txt', document.id), true);
      await folders.put(id, file('a.xyz', null, { error: failure('UNSUPPORTED_TYPE'), sha256: null }), false);
      await folders.put(id, file('c.pdf', null, { error: failure('DAMAGED') }), false);
      expect(await folders.file(id, 'b/ü.txt')).toEqual(file('b/ü.txt', document.id));
      expect(await folders.paths(id, '', 2)).toEqual(['a.xyz', 'b/ü.txt']);
      expect(await folders.paths(id, 'b/ü.txt', 9)).toEqual(['c.pdf']);
      expect(await folders.counts(id)).toEqual({ files: 3, documents: 1, unsupported: 1, failed: 1 });
      expect(await folders.errors(id, 9)).toEqual([{ path: 'c.pdf', error: failure('DAMAGED') }]);
      await stores.records.documents.remove(document.id);
      expect((await folders.file(id, 'b/ü.txt'))?.document_id).toBeNull();
    });

    it('tells when the last file of a document that a folder made is gone', async () => {
      const stores = await open();
      const { project_id, document } = await accept(stores);
      const second = await accept(stores, project_id);
      const { folders } = stores.records;
      const { id } = await folders.add(folder(project_id, '/books'));
      await folders.put(id, file('one', document.id), true);
      await folders.put(id, file('two', document.id), false);
      expect(await folders.drop(id, 'one')).toEqual({ orphan: null, kept: { document_id: document.id, path: 'two' } });
      // Other bytes lie there now.
      expect(await folders.put(id, file('two', second.document.id), true)).toBe(document.id);
      expect(await folders.drop(id, 'two')).toEqual({ orphan: second.document.id, kept: null });
      // One that somebody uploaded stays.
      await folders.put(id, file('three', document.id), false);
      expect(await folders.drop(id, 'three')).toEqual({ orphan: null, kept: null });
      expect(await folders.drop(id, 'none')).toEqual({ orphan: null, kept: null });
    });
  });
}
