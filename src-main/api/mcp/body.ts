/** What a POST to /mcp holds: one message of JSON-RPC 2.0, or a batch of them from clients of the older protocol. */

/** A batch may not get round the number of requests of one session. */
const MOST_MESSAGES = 32;
/** Protocol versions are dates; this one has no batches any more. */
const WITHOUT_BATCHES = '2025-06-18';

type Message = Record<string, unknown>;

const isObject = (value: unknown): value is Message => typeof value === 'object' && value !== null && !Array.isArray(value);

export const messagesOf = (body: unknown): Message[] => (Array.isArray(body) ? body : [body]).filter(isObject);

/** The body begins a session. */
export const opens = (body: unknown): boolean => messagesOf(body).some(({ method }) => method === 'initialize');

/** Why the body is no request of the protocol; null when it is one. @param version of the header, which old clients do not send */
export function problemOf(body: unknown, version: string | undefined): string | null {
  if (Array.isArray(body)) {
    if (version !== undefined && version >= WITHOUT_BATCHES) return `MCP ${version} has no batches; send one message at a time.`;
    if (body.length === 0 || body.length > MOST_MESSAGES) return `A batch has 1 to ${MOST_MESSAGES} messages.`;
  }
  const all = Array.isArray(body) ? body : [body];
  return all.every(isMessage) ? null : 'This is no message of JSON-RPC 2.0: {"jsonrpc": "2.0", "id": 1, "method": "…"}.';
}

const isMessage = (value: unknown): boolean =>
  isObject(value) && value.jsonrpc === '2.0' && (typeof value.method === 'string' || 'result' in value || 'error' in value);
