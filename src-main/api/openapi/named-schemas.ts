/** The shapes that the OpenAPI description names once and refers to everywhere. */
import type { z } from 'zod';
import { auditEntry } from '../../contract/audit';
import { chatAnswer, citation, conversation, message } from '../../contract/chat';
import { chunk, document, documentPage, failure, uploadItem } from '../../contract/documents';
import { entity, relation } from '../../contract/graph';
import { job } from '../../contract/jobs';
import { model } from '../../contract/models';
import { project } from '../../contract/projects';
import { pressmark, searchHit } from '../../contract/search';
import { settings } from '../../contract/settings';
import { systemInfo } from '../../contract/system';
import { issuedToken, token } from '../../contract/tokens';

const SCHEMAS: Record<string, z.ZodType> = {
  AuditEntry: auditEntry,
  ChatAnswer: chatAnswer,
  Chunk: chunk,
  Citation: citation,
  Conversation: conversation,
  Document: document,
  DocumentPage: documentPage,
  Entity: entity,
  Failure: failure,
  IssuedToken: issuedToken,
  Job: job,
  Message: message,
  Model: model,
  Pressmark: pressmark,
  Project: project,
  Relation: relation,
  SearchHit: searchHit,
  Settings: settings,
  SystemInfo: systemInfo,
  Token: token,
  UploadItem: uploadItem,
};

/** As the generator wants them. */
export const NAMED_SCHEMAS = Object.fromEntries(
  Object.entries(SCHEMAS).map(([name, schema]) => [name, { strategy: 'output' as const, schema }]),
);
