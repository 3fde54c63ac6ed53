CREATE TABLE "deep_findings" (
	"hash" text COLLATE "C" NOT NULL,
	"reader" text COLLATE "C" NOT NULL,
	"found" text COLLATE "C" NOT NULL,
	"created_at" text COLLATE "C" NOT NULL,
	CONSTRAINT "deep_findings_hash_reader_pk" PRIMARY KEY("hash","reader")
);
--> statement-breakpoint
CREATE TABLE "deep_reads" (
	"chunk_row" bigint NOT NULL,
	"reader" text COLLATE "C" NOT NULL,
	CONSTRAINT "deep_reads_chunk_row_reader_pk" PRIMARY KEY("chunk_row","reader")
);
--> statement-breakpoint
CREATE TABLE "entity_aliases" (
	"entity_row" bigint NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	CONSTRAINT "entity_aliases_entity_row_name_pk" PRIMARY KEY("entity_row","name")
);
--> statement-breakpoint
CREATE TABLE "graph_dismissals" (
	"project_id" text COLLATE "C" NOT NULL,
	"pair" text COLLATE "C" NOT NULL,
	CONSTRAINT "graph_dismissals_project_id_pair_pk" PRIMARY KEY("project_id","pair")
);
--> statement-breakpoint
CREATE TABLE "graph_merge_documents" (
	"merge_id" text COLLATE "C" NOT NULL,
	"document_id" text COLLATE "C" NOT NULL,
	CONSTRAINT "graph_merge_documents_merge_id_document_id_pk" PRIMARY KEY("merge_id","document_id")
);
--> statement-breakpoint
CREATE TABLE "graph_merges" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"from_key" text COLLATE "C" NOT NULL,
	"from_type" text COLLATE "C" NOT NULL,
	"from_name" text COLLATE "C" NOT NULL,
	"into_key" text COLLATE "C" NOT NULL,
	"into_type" text COLLATE "C" NOT NULL,
	"into_name" text COLLATE "C" NOT NULL,
	"undo" text COLLATE "C" NOT NULL,
	"created_at" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
ALTER TABLE "relations" ADD COLUMN "label" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "relations" ADD COLUMN "origin" text COLLATE "C" DEFAULT 'instant' NOT NULL;--> statement-breakpoint
ALTER TABLE "deep_reads" ADD CONSTRAINT "deep_reads_chunk_row_chunks_row_fk" FOREIGN KEY ("chunk_row") REFERENCES "public"."chunks"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_aliases" ADD CONSTRAINT "entity_aliases_entity_row_entities_row_fk" FOREIGN KEY ("entity_row") REFERENCES "public"."entities"("row") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "graph_dismissals" ADD CONSTRAINT "graph_dismissals_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "graph_merge_documents" ADD CONSTRAINT "graph_merge_documents_merge_id_graph_merges_id_fk" FOREIGN KEY ("merge_id") REFERENCES "public"."graph_merges"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "graph_merge_documents" ADD CONSTRAINT "graph_merge_documents_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "graph_merges" ADD CONSTRAINT "graph_merges_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "graph_merge_documents_of" ON "graph_merge_documents" USING btree ("document_id");--> statement-breakpoint
CREATE UNIQUE INDEX "graph_merges_of" ON "graph_merges" USING btree ("project_id","from_key","from_type");