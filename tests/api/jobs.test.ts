/** The queue from outside: progress, cancelling, retrying, indexing again, and what is left of a deleted project. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import { pause, SAMPLES, startServer, type TestServer, temporaryFolder } from '../support/server';

const REPORT = join(SAMPLES, 'annual-report.pdf');
const home = temporaryFolder();
let server: TestServer;

beforeAll(async () => {
  server = await startServer({ dataDir: home.path });
});

afterAll(async () => {
  await server.stop();
  home.remove();
});

async function uploaded(path: string): Promise<{ project_id: string; document_id: string; job_id: string }> {
  const project_id = (await server.createProject()).id;
  const [item] = (await server.upload(project_id, path)).body.data.items;
  return { project_id, document_id: item?.document?.id ?? '', job_id: item?.job_id ?? '' };
}

async function until(job_id: string, met: (job: Job) => boolean): Promise<Job> {
  for (let tries = 0; tries < 600; tries += 1) {
    const job = await server.job(job_id);
    if (met(job)) return job;
    await pause(50);
  }
  throw new Error('the job did not come to that state');
}

const stateOf = async (document_id: string) => (await server.get<Document>(`/api/documents/${document_id}`)).body.data.state;

describe('jobs', () => {
  it('show their progress, can be cancelled while vectors are made, and go on where they stopped', async () => {
    const { document_id, job_id } = await uploaded(REPORT);
    const running = await until(job_id, ({ stage, progress }) => stage === 'embed' && progress.done > 0);
    expect(running).toMatchObject({ state: 'running', document_id, progress: { unit: 'chunks', total: expect.any(Number) } });
    expect((await server.post<Job>(`/api/jobs/${job_id}/cancel`)).body.data.state).toBe('cancelled');
    expect(await stateOf(document_id)).toBe('searchable');
    const before = (await server.get<Document>(`/api/documents/${document_id}`)).body.data.embedded_chunks;
    expect(before).toBeGreaterThan(0);
    const again = (await server.post<Job>(`/api/jobs/${job_id}/retry`)).body.data;
    expect(again).toMatchObject({ stage: 'embed', document_id });
    expect(again.id).not.toBe(job_id);
    const document = await server.waitFor(document_id);
    expect(document.embedded_chunks).toBe(document.chunks);
  }, 120_000);

  it('can be cancelled while they wait', async () => {
    const first = await uploaded(REPORT);
    const second = await uploaded(join(SAMPLES, 'handbook.md'));
    const { status, body } = await server.post<Job>(`/api/jobs/${second.job_id}/cancel`);
    if (status === 200) expect(['cancelled', 'searchable']).toContain(await stateOf(second.document_id));
    else expect(body.error?.code).toBe('CONFLICT');
    await server.post(`/api/jobs/${first.job_id}/cancel`);
  });

  it('that have ended are left alone, with a reason', async () => {
    const { document_id, job_id } = await uploaded(join(SAMPLES, 'handbook.md'));
    await server.waitFor(document_id);
    await until(job_id, ({ state }) => state === 'done');
    for (const change of ['cancel', 'retry']) {
      const { status, body } = await server.post(`/api/jobs/${job_id}/${change}`);
      expect([status, body.error?.code, body.error?.details]).toEqual([409, 'CONFLICT', { state: 'done' }]);
    }
  });

  it('that fail say why and what to do, and fail the same way again', async () => {
    const { job_id, document_id } = await uploaded(join(SAMPLES, 'corrupt.pdf'));
    const failed = await until(job_id, ({ state }) => state === 'failed');
    expect(failed.error).toMatchObject({ code: 'CORRUPT', action: expect.stringMatching(/again/) });
    expect(await stateOf(document_id)).toBe('failed');
    const again = (await server.post<Job>(`/api/jobs/${job_id}/retry`)).body.data;
    expect((await until(again.id, ({ state }) => state === 'failed')).error?.code).toBe('CORRUPT');
  });

  it('index a document again to the same chunks', async () => {
    const { document_id } = await uploaded(join(SAMPLES, 'contract.docx'));
    const before = await server.waitFor(document_id);
    const { status, body } = await server.post<{ document: Document; job_id: string }>(`/api/documents/${document_id}/reindex`);
    expect([status, body.data.document.state]).toEqual([202, 'queued']);
    await until(body.data.job_id, ({ state }) => state === 'done');
    const after = await server.waitFor(document_id);
    expect([after.content, after.chunks, after.embedded_chunks]).toEqual([before.content, before.chunks, before.chunks]);
  });

  it('end when their project is deleted, which leaves nothing', async () => {
    const { project_id, document_id, job_id } = await uploaded(REPORT);
    expect((await server.request('DELETE', `/api/projects/${project_id}`)).status).toBe(200);
    for (const path of [`projects/${project_id}`, `documents/${document_id}`, `jobs/${job_id}`, `documents/${document_id}/file`]) {
      expect((await server.get(`/api/${path}`)).status, path).toBe(404);
    }
  });
});
