/** What the OpenAPI description says in prose: of the whole, and of each group of operations. */

export const DESCRIPTION = `Answers from your own documents. Everything runs on this machine.

Every answer below \`/api\` is \`{"status":"success","data":…,"message":…,"timestamp":…}\` or
\`{"status":"error","error":{"code","message","details"},"message":…,"timestamp":…}\`. Lists are
\`{"items":[…],"next_cursor":null}\` with \`?limit=&cursor=\`. A trailing slash is optional.

**Access.** Send \`Authorization: Bearer TOKEN\` with the token that Pressmark shows, or one that you made with \`POST /api/tokens\`.
\`x-required-scope\` says which scope an operation needs: \`read\`, \`write\` (which includes it) or \`admin\` (which includes both).

**Headers.** \`X-Request-Id\` comes with every answer. \`ETag\` and \`If-Match\` guard a change against another one in between;
\`Idempotency-Key\` makes a POST safe to send again; \`RateLimit-*\` and \`Retry-After\` say when to wait.

**Besides.** Changes and streamed answers also come over the WebSocket at \`/api/ws\`; agents can use MCP at \`/mcp\`.`;

export const TAGS: Record<string, string> = {
  System: 'What this installation is made of, and whether it is well.',
  Projects: 'A project holds documents and conversations; nothing is shared between two projects.',
  Documents: 'Files that were taken in: their text, pages and chunks, and how far their indexing is.',
  Jobs: 'The durable queue of long work; it goes on after a restart.',
  Models: 'The catalogue of language models: what is installed, what would fit, downloads.',
  Search: 'Passages by words and by meaning, each with the place where it stands.',
  Chat: 'Answers from the documents, each sentence with its pressmark.',
  Conversations: 'The history of questions and answers.',
  Graph: 'Entities and relations found in the documents.',
  Settings: 'What can be changed while Pressmark runs.',
  Tokens: 'Who may use this API, and for what.',
  Audit: 'Every change and sign-in: who, what, when, from where.',
  Backup: 'The whole library as one file, and back.',
  Folders: 'Folders of this machine that are watched for documents.',
  OpenAI: "The OpenAI protocol: its own shapes, without this API's envelope.",
};
