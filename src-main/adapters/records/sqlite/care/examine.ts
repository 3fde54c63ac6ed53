/** Is the library file whole? Looks at each table by itself, so that what can be made anew is told from what cannot. */
import type { Damage } from '../../../../core/ports/records';
import { type Connection, connectToRead } from '../database';

const TABLES =
  "SELECT name, sql LIKE 'CREATE VIRTUAL%' AS virtual FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
const FULL_TEXT = /^chunk_(words|trigrams)$/;
/** Chunks that the full text lacks, or has although they are gone. */
const ASTRAY = `
  SELECT (SELECT count(*) FROM chunks WHERE row NOT IN (SELECT id FROM chunk_words_docsize))
    + (SELECT count(*) FROM chunk_words_docsize WHERE id NOT IN (SELECT row FROM chunks))
    + (SELECT count(*) FROM chunk_trigrams_docsize WHERE id NOT IN (SELECT row FROM chunks)) AS astray`;
/** Documents of which the graph has read more chunks than there are; entities that do not know how often they are named; names of none. */
const GRAPH_ASTRAY = `
  SELECT (SELECT count(*) FROM graph_progress g JOIN documents d ON d.id = g.document_id WHERE d.indexed = 1 AND g.chunks > d.chunks)
    + (SELECT count(*) FROM entities e WHERE e.mentions <> (SELECT count(*) FROM mentions m WHERE m.entity_row = e.row))
    + (SELECT count(*) FROM relations r WHERE r.weight <> (SELECT count(*) FROM relation_evidence v WHERE v.relation_row = r.row))
    + (SELECT count(*) FROM mentions WHERE entity_row NOT IN (SELECT row FROM entities))
    + (SELECT count(*) FROM relation_evidence WHERE relation_row NOT IN (SELECT row FROM relations)) AS astray`;

/** Everything, through a connection that cannot write. */
export function checkLibrary(path: string): Damage[] {
  const sql = connectToRead(path);
  try {
    const structure = examineStructure(sql);
    return structure.some(({ kind }) => kind === 'structure') ? structure : [...structure, ...examineDerived(sql)];
  } finally {
    sql.close();
  }
}

/** The pages of the file alone; throws nothing, since whatever SQLite throws is a finding. */
export function examineStructure(sql: Connection): Damage[] {
  try {
    const tables = sql.prepare(TABLES).all() as { name: string; virtual: number }[];
    return tables.filter(({ virtual }) => virtual === 0).flatMap(({ name }) => examineTable(sql, name));
  } catch (error) {
    return [{ kind: 'structure', table: 'sqlite_master', message: reason(error) }];
  }
}

/** What is made of the chunks; `structure` was found sound before. */
export function examineDerived(sql: Connection): Damage[] {
  const findings: Damage[] = [];
  const names = new Set(sql.prepare(TABLES).pluck().all() as string[]);
  for (const table of ['chunk_words', 'chunk_trigrams']) {
    if (!names.has(table)) findings.push({ kind: 'full_text', table, message: 'the table is missing' });
    else findings.push(...examineTable(sql, table));
  }
  if (findings.length === 0) findings.push(...agree(sql, 'full_text', 'chunk_words', ASTRAY));
  return [...findings, ...agree(sql, 'graph', 'entities', GRAPH_ASTRAY)];
}

function agree(sql: Connection, kind: 'full_text' | 'graph', table: string, query: string): Damage[] {
  try {
    const astray = Number(sql.prepare(query).pluck().get());
    return astray === 0 ? [] : [{ kind, table, message: `${astray} rows do not agree with the chunks` }];
  } catch (error) {
    return [{ kind, table, message: reason(error) }];
  }
}

function examineTable(sql: Connection, table: string): Damage[] {
  try {
    const said = (sql.prepare(`PRAGMA quick_check("${table}")`).pluck().all() as string[]).filter((line) => line !== 'ok');
    return said.slice(0, 3).map((message) => ({ kind: kindOf(table, message), table, message: message.slice(0, 300) }));
  } catch (error) {
    return [{ kind: FULL_TEXT.test(table) ? 'full_text' : 'structure', table, message: reason(error) }];
  }
}

function kindOf(table: string, message: string): Damage['kind'] {
  if (FULL_TEXT.test(table)) return 'full_text';
  return /missing from index|entries in index|non-unique entry/.test(message) ? 'index' : 'structure';
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 300);
