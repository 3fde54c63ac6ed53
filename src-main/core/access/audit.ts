/** The audit log: what was changed and who signed in. */
import type { AuditEntry, AuditFilter, AuditOutcome } from '../../contract/audit';
import type { Page, PageQuery } from '../../contract/shared';
import type { Ports } from '../ports';

/** Who did something, and from where. */
export interface Actor {
  user: string | null;
  door: string;
  request_id: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const REFUSALS_NOTED_MS = 10_000;
const EXPORT_PAGE = 200;
/** An export is made in memory: about 300 bytes a row. */
const EXPORT_ROWS = 200_000;
const COLUMNS = ['id', 'timestamp', 'action', 'user', 'interface', 'outcome', 'request_id', 'details'] as const;

/** @param keepDays how long entries are kept, asked again at each trim */
export function createAudit({ records, runtime }: Pick<Ports, 'records' | 'runtime'>, keepDays: () => number) {
  /** When somebody was last noted as signed in, by token and door. */
  const signedIn = new Map<string, number>();
  const refused = new Map<string, { noted_ms: number; unnoted: number }>();
  let trimmed_ms = 0;

  async function record(actor: Actor, action: string, outcome: AuditOutcome, details: Record<string, unknown> = {}): Promise<void> {
    const now = runtime.now();
    const { user, door, request_id } = actor;
    await records.audit.add({
      id: runtime.id(),
      action,
      user,
      interface: door,
      outcome,
      request_id,
      timestamp: now.toISOString(),
      details,
    });
    if (now.getTime() - trimmed_ms < HOUR_MS) return;
    trimmed_ms = now.getTime();
    await records.audit.trim(new Date(now.getTime() - keepDays() * DAY_MS).toISOString());
  }

  /** Notes a caller once an hour and door: an API has no session that begins. */
  async function signIn(actor: Actor, token_id: string): Promise<void> {
    const key = `${actor.door} ${token_id}`;
    const now = runtime.now().getTime();
    if (now - (signedIn.get(key) ?? Number.NEGATIVE_INFINITY) < HOUR_MS) return;
    signedIn.set(key, now);
    await record(actor, 'sign_in', 'done', { token: token_id });
  }

  /** Somebody who tries many tokens fills no disk: one entry in ten seconds and door, with how often it happened. */
  async function refuse(actor: Actor, details: Record<string, unknown>): Promise<void> {
    const now = runtime.now().getTime();
    const { noted_ms, unnoted } = refused.get(actor.door) ?? { noted_ms: Number.NEGATIVE_INFINITY, unnoted: 0 };
    if (now - noted_ms < REFUSALS_NOTED_MS) {
      refused.set(actor.door, { noted_ms, unnoted: unnoted + 1 });
      return;
    }
    refused.set(actor.door, { noted_ms: now, unnoted: 0 });
    await record(actor, 'sign_in_refused', 'refused', unnoted > 0 ? { ...details, more_before: unnoted } : details);
  }

  return {
    record,
    signIn,
    refuse,
    list: (query: PageQuery & AuditFilter): Promise<Page<AuditEntry>> => records.audit.list(query),
    /** Newest first, at most 200,000 rows. */
    async export({ format, ...filter }: AuditFilter & { format: 'jsonl' | 'csv' }): Promise<File> {
      const lines = format === 'csv' ? [`${COLUMNS.join(',')}\n`] : [];
      let cursor: string | undefined;
      do {
        const page = await records.audit.list({ ...filter, limit: EXPORT_PAGE, cursor });
        for (const entry of page.items) lines.push(format === 'csv' ? csvLine(entry) : `${JSON.stringify(entry)}\n`);
        cursor = page.next_cursor ?? undefined;
        await new Promise((resume) => setImmediate(resume));
      } while (cursor && lines.length < EXPORT_ROWS);
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
      return new File(lines, `pressmark-audit.${format}`, { type });
    },
  };
}

const csvLine = (entry: AuditEntry): string => `${COLUMNS.map((name) => csvField(entry[name])).join(',')}\n`;

/** Quoted as RFC 4180 says; a leading `=`, `+`, `-` or `@` would be a formula to a spreadsheet. */
function csvField(value: unknown): string {
  const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
