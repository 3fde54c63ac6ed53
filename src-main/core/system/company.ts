/** Several servers on the same records: what the others change becomes events here, and wakes whoever waits for it. */
import type { Folders } from '../folders/folders';
import type { Runner } from '../jobs/runner';
import type { Ports } from '../ports';
import type { News } from '../ports/peers';
import type { Events } from './events';

/** With more things waiting to be looked up, followers are told to read again what they show. */
const MOST_WAITING = 500;
/** News of one thing in this time are one event. */
const GATHER_MS = 50;

interface Services {
  runner: Runner;
  folders: Folders;
  settings: { load(): Promise<void> };
  tokens: { changedElsewhere(id: string): Promise<void> };
}

/** Listens as long as the peers do. */
export function joinPeers(ports: Ports, events: Events, services: Services): void {
  const waiting = new Map<string, News>();
  let working = false;

  async function work(): Promise<void> {
    while (waiting.size > 0) {
      await new Promise((resume) => setTimeout(resume, GATHER_MS));
      const some = [...waiting.values()];
      waiting.clear();
      for (const news of some) {
        await take(ports, events, services, news).catch((error: unknown) =>
          ports.runtime.log.warn('news of another server could not be followed', { about: news.about, message: String(error) }),
        );
      }
    }
  }

  ports.peers?.hear((news) => {
    const key = `${news.about} ${'id' in news ? news.id : ''}`;
    waiting.delete(key);
    waiting.set(key, news);
    if (waiting.size > MOST_WAITING) {
      waiting.clear();
      waiting.set('everything', { about: 'everything' });
    }
    if (working) return;
    working = true;
    void work().finally(() => {
      working = false;
    });
  });
}

async function take({ records, files }: Ports, events: Events, services: Services, news: News): Promise<void> {
  const { runner, folders, settings, tokens } = services;
  switch (news.about) {
    case 'job': {
      const job = await records.jobs.get(news.id);
      if (!job) return;
      events.emit({ type: 'job', job });
      if (job.state === 'queued') runner.wake();
      return;
    }
    case 'document': {
      const document = await records.documents.facts(news.id);
      if (document) events.emit({ type: 'document', document });
      return;
    }
    case 'document_removed':
      return events.emit({ type: 'document_removed', document_id: news.id, project_id: news.project_id });
    case 'folder':
      return folders.changedElsewhere(news.id);
    case 'cancel':
      return void (await runner.interrupt(news.id));
    case 'setting':
      return settings.load();
    case 'token':
      return tokens.changedElsewhere(news.id);
    case 'original_removed':
      return files.forget(news.id);
    case 'everything':
      await settings.load();
      await tokens.changedElsewhere('');
      events.gap();
      return runner.wake();
  }
}
