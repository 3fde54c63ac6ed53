/** A project on its way out: what its archive holds, member by member, read as it is wanted. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Citation, Message } from '../../contract/chat';
import type { Document } from '../../contract/documents';
import type { Project } from '../../contract/projects';
import { notFound } from '../errors';
import type { Ports } from '../ports';
import type { MemberFacts, OutgoingMember } from '../ports/project-archive';
import { CONVERSATIONS, DOCUMENTS, type DocumentLine, FORMAT, FORMAT_VERSION, originalName, PROJECT, type ProjectFile } from './format';

const PAGE = 200;

/** What is known once everything was read. */
interface Told {
  counts: ProjectFile['counts'];
  /** Hashes of the documents, by their ids. */
  hashes: Map<string, string>;
}

/** The bytes of the archive. A document that is deleted while it is written is left out of it. */
export async function exportProject(ports: Ports, project_id: string): Promise<{ project: Project; archive: Readable }> {
  const { records, projectArchives, runtime } = ports;
  const project = await records.projects.get(project_id);
  if (!project) throw notFound('project', project_id);
  const told: Told = { counts: { documents: 0, originals: 0, conversations: 0, messages: 0 }, hashes: new Map() };
  const archive = projectArchives.write(membersOf(ports, project_id, told), (members) => lastOf(project, told, members, runtime));
  return { project, archive };
}

async function* membersOf(ports: Ports, project_id: string, told: Told): AsyncGenerator<OutgoingMember> {
  const originals: { name: string; sha256: string }[] = [];
  const documents = documentLines(ports, project_id, (document, name) => {
    told.counts.documents += 1;
    told.hashes.set(document.id, document.sha256);
    originals.push({ name, sha256: document.sha256 });
  });
  yield { name: DOCUMENTS, compress: true, source: Readable.from(documents, { objectMode: false }) };
  yield { name: CONVERSATIONS, compress: true, source: Readable.from(conversationLines(ports, project_id, told), { objectMode: false }) };
  for (const { name, sha256 } of originals) {
    const path = await ports.files.ready(sha256);
    const file = await open(path, 'r').catch(() => null);
    if (!file) continue;
    told.counts.originals += 1;
    yield { name, compress: false, source: createReadStream(path, { fd: file, highWaterMark: 256 * 1024 }) };
  }
}

function lastOf({ name, settings, created_at }: Project, { counts }: Told, members: MemberFacts[], { version, now }: Ports['runtime']) {
  const facts = { format: FORMAT, format_version: FORMAT_VERSION, version, exported_at: now().toISOString() } as const;
  const whole: ProjectFile = { ...facts, project: { name, settings, created_at }, counts, members };
  return { name: PROJECT, text: `${JSON.stringify(whole, null, 2)}\n` };
}

async function* documentLines(ports: Ports, project_id: string, found: (document: Document, name: string) => void) {
  for (let cursor: string | undefined; ; ) {
    const page = await ports.records.documents.list({ project_id, limit: PAGE, sort: 'created_at', cursor });
    for (const document of page.items) {
      const { id, project_id: _project, content, embedded_chunks, ...facts } = document;
      const original = originalName(document.sha256, document.filename);
      found(document, original);
      yield lineOf({ ...facts, original } satisfies DocumentLine);
    }
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

/** A conversation may be long, so its line is written in pieces. */
async function* conversationLines({ records }: Ports, project_id: string, told: Told): AsyncGenerator<string> {
  for (let cursor: string | undefined; ; ) {
    const page = await records.conversations.list({ project_id, limit: PAGE, sort: 'created_at', cursor });
    for (const { id, title, created_at, updated_at } of page.items) {
      told.counts.conversations += 1;
      yield `${JSON.stringify({ title, created_at, updated_at }).slice(0, -1)},"messages":[`;
      let before = '';
      for await (const message of messagesOf(records.conversations, id)) {
        told.counts.messages += 1;
        yield before + JSON.stringify({ ...message, citations: message.citations.map((one) => named(one, told.hashes)) });
        before = ',';
      }
      yield ']}\n';
    }
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

async function* messagesOf(conversations: Ports['records']['conversations'], id: string): AsyncGenerator<Message> {
  for (let cursor: string | undefined; ; ) {
    const page = await conversations.messages(id, { limit: PAGE, sort: 'created_at', cursor });
    yield* page.items;
    if (page.next_cursor === null) return;
    cursor = page.next_cursor;
  }
}

const named = (one: Citation, hashes: Map<string, string>) => ({ ...one, sha256: hashes.get(one.document_id) ?? null });

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;
