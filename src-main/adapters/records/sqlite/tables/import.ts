/** A whole project that comes in from elsewhere, in one transaction. */
import { eq } from 'drizzle-orm';
import type { ProjectImport } from '../../../../core/ports/records';
import { ingestJob } from '../../shared/jobs';
import { now } from '../../shared/paging';
import type { SqliteDatabase } from '../database';
import { chatMessages, conversations, documents, droppedFiles, jobs, projects } from '../schema';

export function importProject({ orm }: SqliteDatabase, { project, documents: files, conversations: told }: ProjectImport): void {
  const at = now();
  const project_id = project.id;
  orm.transaction((tx) => {
    tx.insert(projects)
      .values({ ...project, created_at: at, updated_at: at })
      .run();
    for (const { document_id: id, job_id, ...file } of files) {
      tx.insert(documents)
        .values({ id, ...file, project_id, state: 'queued', metadata: {}, created_at: at, updated_at: at })
        .run();
      // One that another project just gave up is needed again.
      tx.delete(droppedFiles).where(eq(droppedFiles.sha256, file.sha256)).run();
      tx.insert(jobs)
        .values(ingestJob(job_id, { id, project_id }, 'parse'))
        .run();
    }
    for (const { messages, ...conversation } of told) {
      tx.insert(conversations)
        .values({ ...conversation, project_id })
        .run();
      for (const { created_at, ...message } of messages) {
        tx.insert(chatMessages)
          .values({ ...message, project_id, conversation_id: conversation.id, timestamp: created_at })
          .run();
      }
    }
  });
}
