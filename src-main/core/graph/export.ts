/** The whole graph of a project as a file, piece by piece: GraphML for other programs, JSON with the evidence. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Entity, Relation } from '../../contract/graph';
import type { Page } from '../../contract/shared';
import type { Ports } from '../ports';
import { withEvidence } from './evidence';

const STEP = 200;
/** Pressmarks of each relation. */
const EVIDENCE = 5;

type Told = Entity & { documents: number };
interface Form {
  head: string;
  entity(entity: Told): string;
  /** Stands between entities, and between relations. */
  comma: string;
  between: string;
  relation(relation: Relation): string;
  tail: string;
}

/** Entities first, then the relations between these; what comes meanwhile is left out. */
export async function* exportGraph(ports: Ports, project_id: string, format: 'graphml' | 'json'): AsyncGenerator<string> {
  const form = format === 'graphml' ? GRAPHML : JSON_FORM;
  const known = new Set<string>();
  yield form.head;
  for await (const page of pages((cursor) => ports.graph.entities({ project_id, limit: STEP, cursor, sort: 'created_at' }))) {
    const told = await Promise.all(page.map(async (entity) => ({ ...entity, documents: await ports.graph.documents(entity.id) })));
    if (told.length > 0) yield (known.size > 0 ? form.comma : '') + told.map(form.entity).join(form.comma);
    for (const { id } of told) known.add(id);
  }
  yield form.between;
  let first = true;
  for await (const page of pages((cursor) => ports.graph.relations({ project_id, limit: STEP, cursor, sort: 'created_at' }))) {
    const inside = page.filter(({ source, target }) => known.has(source) && known.has(target));
    const told = format === 'json' ? await withEvidence(ports, inside, EVIDENCE) : inside.map((one) => ({ ...one, evidence: [] }));
    if (told.length > 0) yield (first ? '' : form.comma) + told.map(form.relation).join(form.comma);
    first &&= told.length === 0;
  }
  yield form.tail;
}

async function* pages<T>(read: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T[]> {
  for (let cursor: string | undefined; ; await breathe()) {
    const { items, next_cursor } = await read(cursor);
    yield items;
    if (next_cursor === null) return;
    cursor = next_cursor;
  }
}

const JSON_FORM: Form = {
  head: '{"entities":[\n',
  entity: (entity) => JSON.stringify(entity),
  comma: ',\n',
  between: '\n],"relations":[\n',
  relation: (relation) => JSON.stringify(relation),
  tail: '\n]}\n',
};

/** Of XML 1.0; everything else is dropped, lone halves of surrogate pairs too. */
const ALLOWED = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text: string): string => text.replace(ALLOWED, '').replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? '');
const data = (key: string, value: string | number): string => `<data key="${key}">${xml(String(value))}</data>`;

const KEYS = [
  ['name', 'node', 'string'],
  ['kind', 'node', 'string'],
  ['aliases', 'node', 'string'],
  ['mentions', 'node', 'int'],
  ['documents', 'node', 'int'],
  ['relation', 'edge', 'string'],
  ['label', 'edge', 'string'],
  ['origin', 'edge', 'string'],
  ['weight', 'edge', 'int'],
];

const GRAPHML: Form = {
  head: `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
${KEYS.map(([id, of, type]) => `<key id="${id}" for="${of}" attr.name="${id}" attr.type="${type}"/>`).join('\n')}
<graph edgedefault="directed">
`,
  entity: ({ id, name, type, aliases, mentions, documents }) =>
    `<node id="${xml(id)}">${data('name', name)}${data('kind', type)}${data('aliases', aliases.join('; '))}${data('mentions', mentions)}${data('documents', documents)}</node>`,
  comma: '\n',
  between: '\n',
  relation: ({ id, source, target, type, label, origin, weight }) =>
    `<edge id="${xml(id)}" source="${xml(source)}" target="${xml(target)}">${data('relation', type)}${label === null ? '' : data('label', label)}${data('origin', origin)}${data('weight', weight)}</edge>`,
  tail: '\n</graph>\n</graphml>\n',
};
