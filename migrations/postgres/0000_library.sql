CREATE TABLE "audit_log" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"action" text COLLATE "C" NOT NULL,
	"user" text COLLATE "C",
	"interface" text COLLATE "C" DEFAULT '' NOT NULL,
	"outcome" text COLLATE "C" DEFAULT 'done' NOT NULL,
	"request_id" text COLLATE "C" DEFAULT '' NOT NULL,
	"timestamp" text COLLATE "C" NOT NULL,
	"details" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chat_messages" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"parent_id" text COLLATE "C",
	"role" text COLLATE "C" NOT NULL,
	"content" text COLLATE "C" NOT NULL,
	"citations" json NOT NULL,
	"sentences" json NOT NULL,
	"answered" boolean NOT NULL,
	"stopped" boolean NOT NULL,
	"model" text COLLATE "C",
	"timestamp" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chunk_words" (
	"chunk_row" bigint PRIMARY KEY NOT NULL,
	"words" "tsvector" NOT NULL,
	"grams" "tsvector",
	"word_count" integer NOT NULL,
	"gram_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chunks" (
	"row" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "chunks_row_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text COLLATE "C" NOT NULL,
	"document_id" text COLLATE "C" NOT NULL,
	"ordinal" integer NOT NULL,
	"text" text COLLATE "C" NOT NULL,
	"heading_path" json NOT NULL,
	"page_from" integer,
	"page_to" integer,
	"char_start" integer NOT NULL,
	"char_end" integer NOT NULL,
	"embed_hash" "bytea",
	CONSTRAINT "chunks_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"filename" text COLLATE "C" NOT NULL,
	"mime_type" text COLLATE "C" NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"indexed" boolean DEFAULT false NOT NULL,
	"pages" integer,
	"chunks" integer DEFAULT 0 NOT NULL,
	"embedded_chunks" integer DEFAULT 0 NOT NULL,
	"error" json,
	"content" text COLLATE "C",
	"metadata" json NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dropped_files" (
	"sha256" text COLLATE "C" PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "embeddings" (
	"chunk_row" bigint NOT NULL,
	"document_id" text COLLATE "C" NOT NULL,
	"model" text COLLATE "C" NOT NULL,
	"dimensions" integer NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"vector" "bytea" NOT NULL,
	"written" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "embeddings_chunk_row_model_pk" PRIMARY KEY("chunk_row","model")
);
--> statement-breakpoint
CREATE TABLE "entities" (
	"row" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entities_row_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text COLLATE "C" NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"mentions" integer DEFAULT 0 NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL,
	CONSTRAINT "entities_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "entity_words" (
	"project_id" text COLLATE "C" NOT NULL,
	"word" text COLLATE "C" NOT NULL,
	"entity_row" bigint NOT NULL,
	CONSTRAINT "entity_words_project_id_word_entity_row_pk" PRIMARY KEY("project_id","word","entity_row")
);
--> statement-breakpoint
CREATE TABLE "folder_files" (
	"folder_id" text COLLATE "C" NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"size_bytes" bigint NOT NULL,
	"changed_ms" bigint NOT NULL,
	"sha256" text COLLATE "C",
	"document_id" text COLLATE "C",
	"owned" boolean DEFAULT false NOT NULL,
	"error" json,
	CONSTRAINT "folder_files_folder_id_path_pk" PRIMARY KEY("folder_id","path")
);
--> statement-breakpoint
CREATE TABLE "folders" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"ignore" json NOT NULL,
	"identity" text COLLATE "C" NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"last_scan_at" text COLLATE "C",
	"created_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "graph_progress" (
	"document_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"chunks" integer NOT NULL,
	"rules" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency" (
	"owner" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"fingerprint" text COLLATE "C" NOT NULL,
	"answer" json,
	"server" text COLLATE "C" DEFAULT '' NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	CONSTRAINT "idempotency_owner_key_pk" PRIMARY KEY("owner","key")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"stage" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"progress" json NOT NULL,
	"eta_s" integer,
	"attempts" integer DEFAULT 0 NOT NULL,
	"project_id" text COLLATE "C",
	"document_id" text COLLATE "C",
	"subject" text COLLATE "C",
	"payload" json,
	"error" json,
	"not_before" text COLLATE "C" DEFAULT '' NOT NULL,
	"turn" text COLLATE "C" DEFAULT '' NOT NULL,
	"leased_until" text COLLATE "C" DEFAULT '' NOT NULL,
	"server" text COLLATE "C" DEFAULT '' NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kept_vectors" (
	"hash" "bytea" NOT NULL,
	"model" text COLLATE "C" NOT NULL,
	"document_id" text COLLATE "C" NOT NULL,
	"vector" "bytea" NOT NULL,
	CONSTRAINT "kept_vectors_hash_model_document_id_pk" PRIMARY KEY("hash","model","document_id")
);
--> statement-breakpoint
CREATE TABLE "mentions" (
	"entity_row" bigint NOT NULL,
	"chunk_row" bigint NOT NULL,
	"char_start" integer NOT NULL,
	"char_end" integer NOT NULL,
	CONSTRAINT "mentions_entity_row_chunk_row_char_start_pk" PRIMARY KEY("entity_row","chunk_row","char_start")
);
--> statement-breakpoint
CREATE TABLE "original_parts" (
	"sha256" text COLLATE "C" NOT NULL,
	"part" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "original_parts_sha256_part_pk" PRIMARY KEY("sha256","part")
);
--> statement-breakpoint
CREATE TABLE "originals" (
	"sha256" text COLLATE "C" PRIMARY KEY NOT NULL,
	"size_bytes" bigint NOT NULL,
	"created_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pages" (
	"document_id" text COLLATE "C" NOT NULL,
	"page" integer NOT NULL,
	"label" text COLLATE "C",
	"text" text COLLATE "C" NOT NULL,
	"char_start" integer NOT NULL,
	"char_end" integer NOT NULL,
	"width" double precision,
	"height" double precision,
	"words" "bytea" NOT NULL,
	CONSTRAINT "pages_document_id_page_pk" PRIMARY KEY("document_id","page")
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"settings" json NOT NULL,
	"served_at" text COLLATE "C" DEFAULT '' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"updated_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "relation_evidence" (
	"relation_row" bigint NOT NULL,
	"chunk_row" bigint NOT NULL,
	"char_start" integer NOT NULL,
	"char_end" integer NOT NULL,
	CONSTRAINT "relation_evidence_relation_row_chunk_row_char_start_pk" PRIMARY KEY("relation_row","chunk_row","char_start")
);
--> statement-breakpoint
CREATE TABLE "relations" (
	"row" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "relations_row_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" text COLLATE "C" NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"source_row" bigint NOT NULL,
	"target_row" bigint NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"weight" integer DEFAULT 0 NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	CONSTRAINT "relations_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text COLLATE "C" PRIMARY KEY NOT NULL,
	"secret" "bytea" NOT NULL,
	"created_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"scopes" json NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"installation" boolean DEFAULT false NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	"expires_at" text COLLATE "C",
	"last_used_at" text COLLATE "C",
	"revoked_at" text COLLATE "C"
);
--> statement-breakpoint
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chunk_words" ADD CONSTRAINT "chunk_words_chunk_row_chunks_row_fk" FOREIGN KEY ("chunk_row") REFERENCES "public"."chunks"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chunks" ADD CONSTRAINT "chunks_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "embeddings" ADD CONSTRAINT "embeddings_chunk_row_chunks_row_fk" FOREIGN KEY ("chunk_row") REFERENCES "public"."chunks"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "embeddings" ADD CONSTRAINT "embeddings_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entities" ADD CONSTRAINT "entities_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_words" ADD CONSTRAINT "entity_words_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_words" ADD CONSTRAINT "entity_words_entity_row_entities_row_fk" FOREIGN KEY ("entity_row") REFERENCES "public"."entities"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folder_files" ADD CONSTRAINT "folder_files_folder_id_folders_id_fk" FOREIGN KEY ("folder_id") REFERENCES "public"."folders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folder_files" ADD CONSTRAINT "folder_files_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "folders" ADD CONSTRAINT "folders_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "graph_progress" ADD CONSTRAINT "graph_progress_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kept_vectors" ADD CONSTRAINT "kept_vectors_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mentions" ADD CONSTRAINT "mentions_entity_row_entities_row_fk" FOREIGN KEY ("entity_row") REFERENCES "public"."entities"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mentions" ADD CONSTRAINT "mentions_chunk_row_chunks_row_fk" FOREIGN KEY ("chunk_row") REFERENCES "public"."chunks"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "original_parts" ADD CONSTRAINT "original_parts_sha256_originals_sha256_fk" FOREIGN KEY ("sha256") REFERENCES "public"."originals"("sha256") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pages" ADD CONSTRAINT "pages_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relation_evidence" ADD CONSTRAINT "relation_evidence_relation_row_relations_row_fk" FOREIGN KEY ("relation_row") REFERENCES "public"."relations"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relation_evidence" ADD CONSTRAINT "relation_evidence_chunk_row_chunks_row_fk" FOREIGN KEY ("chunk_row") REFERENCES "public"."chunks"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relations" ADD CONSTRAINT "relations_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relations" ADD CONSTRAINT "relations_source_row_entities_row_fk" FOREIGN KEY ("source_row") REFERENCES "public"."entities"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relations" ADD CONSTRAINT "relations_target_row_entities_row_fk" FOREIGN KEY ("target_row") REFERENCES "public"."entities"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_log_in_time" ON "audit_log" USING btree ("timestamp");--> statement-breakpoint
CREATE INDEX "audit_log_by_action" ON "audit_log" USING btree ("action","id");--> statement-breakpoint
CREATE INDEX "messages_of_conversation" ON "chat_messages" USING btree ("conversation_id","id");--> statement-breakpoint
CREATE INDEX "chunk_words_words" ON "chunk_words" USING gin ("words");--> statement-breakpoint
CREATE INDEX "chunk_words_grams" ON "chunk_words" USING gin ("grams");--> statement-breakpoint
CREATE UNIQUE INDEX "chunks_in_order" ON "chunks" USING btree ("document_id","ordinal");--> statement-breakpoint
CREATE INDEX "chunks_embed_hash" ON "chunks" USING btree ("embed_hash");--> statement-breakpoint
CREATE INDEX "conversations_of_project" ON "conversations" USING btree ("project_id","updated_at");--> statement-breakpoint
CREATE UNIQUE INDEX "documents_same_bytes" ON "documents" USING btree ("project_id","sha256");--> statement-breakpoint
CREATE INDEX "documents_of_project" ON "documents" USING btree ("project_id","id");--> statement-breakpoint
CREATE INDEX "documents_sha256" ON "documents" USING btree ("sha256");--> statement-breakpoint
CREATE INDEX "embeddings_of_document" ON "embeddings" USING btree ("document_id","model");--> statement-breakpoint
CREATE INDEX "embeddings_since" ON "embeddings" USING btree ("model","written");--> statement-breakpoint
CREATE UNIQUE INDEX "entities_by_key" ON "entities" USING btree ("project_id","key","type");--> statement-breakpoint
CREATE INDEX "entities_by_mentions" ON "entities" USING btree ("project_id","mentions");--> statement-breakpoint
CREATE INDEX "entity_words_of_entity" ON "entity_words" USING btree ("entity_row");--> statement-breakpoint
CREATE INDEX "folder_files_of_document" ON "folder_files" USING btree ("document_id");--> statement-breakpoint
CREATE UNIQUE INDEX "folders_once" ON "folders" USING btree ("project_id","path");--> statement-breakpoint
CREATE INDEX "idempotency_in_time" ON "idempotency" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "jobs_to_claim" ON "jobs" USING btree ("state","stage","not_before");--> statement-breakpoint
CREATE INDEX "jobs_of_document" ON "jobs" USING btree ("document_id");--> statement-breakpoint
CREATE INDEX "kept_vectors_of_document" ON "kept_vectors" USING btree ("document_id");--> statement-breakpoint
CREATE INDEX "mentions_of_chunk" ON "mentions" USING btree ("chunk_row");--> statement-breakpoint
CREATE INDEX "relation_evidence_of_chunk" ON "relation_evidence" USING btree ("chunk_row");--> statement-breakpoint
CREATE UNIQUE INDEX "relations_between" ON "relations" USING btree ("source_row","target_row","type");--> statement-breakpoint
CREATE INDEX "relations_of_source" ON "relations" USING btree ("source_row","weight","target_row");--> statement-breakpoint
CREATE INDEX "relations_of_target" ON "relations" USING btree ("target_row","weight","source_row");--> statement-breakpoint
CREATE INDEX "relations_of_project" ON "relations" USING btree ("project_id","weight");