/** The audit log: every change and sign-in, with who did it, when, and from which interface. */
import { z } from 'zod';
import { op } from './op';
import { id, instant, pageOf, pageQuery, timestamp } from './shared';

export const auditOutcome = z.enum(['done', 'refused', 'failed']);
export type AuditOutcome = z.output<typeof auditOutcome>;

export const auditEntry = z.object({
  id,
  action: z.string().describe('The operation (`projects.create`), `sign_in`, or `sign_in_refused`.'),
  user: z.string().nullable().describe('Name of the token; `window` for the window; null when the caller is not known.'),
  interface: z.string().describe('The door: window, page, http, ws, mcp, openai, bus or cli.'),
  outcome: auditOutcome.describe('refused: not allowed or not possible as asked; failed: went wrong inside.'),
  request_id: z.string(),
  timestamp,
  details: z.record(z.string(), z.unknown()).describe('Ids and names of what was changed, the error code; never text of documents.'),
});
export type AuditEntry = z.output<typeof auditEntry>;

export const auditFilter = z.object({
  action: z.string().max(100).optional().describe('Exactly this action, or its group: `projects` finds `projects.create`.'),
  user: z.string().max(200).optional(),
  outcome: auditOutcome.optional(),
  since: instant.optional().describe('From this time on.'),
  until: instant.optional().describe('Before this time.'),
});
export type AuditFilter = z.output<typeof auditFilter>;

const tag = 'Audit';
export const audit = {
  list: op({ method: 'GET', path: '/api/audit', summary: 'List what was changed and who signed in, newest first', tag, scope: 'admin' })
    .input(pageQuery.extend(auditFilter.shape))
    .output(pageOf(auditEntry)),
  export: op({
    method: 'GET',
    path: '/api/audit/export',
    summary: 'Download the audit log as JSON lines or CSV',
    tag,
    scope: 'admin',
  })
    .input(auditFilter.extend({ format: z.enum(['jsonl', 'csv']).default('jsonl') }))
    .output(z.file()),
};
