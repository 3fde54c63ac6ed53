/** Projects in one file: out of this library, and into it. */
import type { Readable } from 'node:stream';
import type { ImportedProject, Project } from '../../contract/projects';
import type { Documents } from '../documents/documents';
import { AppError } from '../errors';
import type { Ports } from '../ports';
import type { Events } from '../system/events';
import { exportProject } from './export';
import { type ImportReport, importProject } from './import';

const REPORT_MS = 250;

export class Transfer {
  private importing = false;

  constructor(
    private readonly ports: Ports,
    private readonly documents: Documents,
    private readonly events: Events,
  ) {}

  export(project_id: string): Promise<{ project: Project; archive: Readable }> {
    return exportProject(this.ports, project_id);
  }

  /** The same as a file on this machine, for doors that cannot stream; whoever asked deletes it. */
  async exportToFile(project_id: string): Promise<{ project: Project; path: string; discard(): Promise<void> }> {
    const { files, backups } = this.ports;
    const { project, archive } = await this.export(project_id);
    const staged = await files.stage(archive, await backups.room());
    return { project, path: staged.path, discard: () => files.discard(staged) };
  }

  /** One at a time: each needs room on the disk for its archive and what is in it. */
  async import(source: Readable, signal: AbortSignal): Promise<ImportedProject> {
    const { files, backups, runtime } = this.ports;
    if (this.importing) throw new AppError('CONFLICT', 'Another project is being imported right now; try again when it is there.');
    this.importing = true;
    try {
      const staged = await files.stage(source, await backups.room());
      const archive = { path: staged.path, report: this.reporter(), signal };
      const imported = await importProject(this.ports, this.documents, archive).finally(() => files.discard(staged));
      const { project, documents, conversations, skipped } = imported;
      runtime.log.info('project imported', { project_id: project.id, documents, conversations, skipped: skipped.length });
      return imported;
    } finally {
      this.importing = false;
    }
  }

  /** A few times a second, and at the end. */
  private reporter(): ImportReport {
    let next = 0;
    return ({ name, done, total, project_id }) => {
      const now = this.ports.runtime.now().getTime();
      if (project_id === null && now < next) return;
      next = now + REPORT_MS;
      this.events.emit({ type: 'import', name, progress: { done, total, unit: 'documents' }, project_id });
    };
  }
}
