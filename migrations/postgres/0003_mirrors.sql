CREATE TABLE "mirrors" (
	"target" text COLLATE "C" PRIMARY KEY NOT NULL,
	"filling" json
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"target" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"project_id" text COLLATE "C" NOT NULL,
	"model" text COLLATE "C" DEFAULT '' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "pinned" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_once" ON "outbox" USING btree ("target","kind","key","model");--> statement-breakpoint
CREATE INDEX "outbox_in_order" ON "outbox" USING btree ("target","seq");--> statement-breakpoint
CREATE INDEX "outbox_of_project" ON "outbox" USING btree ("target","project_id");
--> statement-breakpoint
-- Originals are mostly compressed already.
ALTER TABLE original_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;
--> statement-breakpoint
-- Each change of what a mirror shows leaves a note in the transaction that makes it; a note that waits already gets a later number.
-- Without mirrors nothing is written.
CREATE FUNCTION note_vectors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM mirrors WHERE target = 'chroma') THEN RETURN NULL; END IF;
  INSERT INTO outbox (target, kind, key, project_id, model)
  SELECT 'chroma', 'vector', c.id, d.project_id, n.model FROM changed n JOIN chunks c ON c."row" = n.chunk_row
  JOIN documents d ON d.id = c.document_id ORDER BY c.id, n.model
  ON CONFLICT (target, kind, key, model) DO UPDATE SET seq = DEFAULT, project_id = excluded.project_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER embeddings_come_outbox AFTER INSERT ON embeddings REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_vectors();
--> statement-breakpoint
CREATE TRIGGER embeddings_change_outbox AFTER UPDATE ON embeddings REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_vectors();
--> statement-breakpoint
CREATE TRIGGER embeddings_go_outbox AFTER DELETE ON embeddings REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_vectors();
--> statement-breakpoint
-- Vectors that go with their chunk have no name any more when their own trigger fires; nor a project when all goes with the document.
CREATE FUNCTION note_chunk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM mirrors WHERE target = 'chroma') THEN RETURN OLD; END IF;
  INSERT INTO outbox (target, kind, key, project_id, model)
  SELECT 'chroma', 'vector', OLD.id, d.project_id, e.model FROM embeddings e JOIN documents d ON d.id = OLD.document_id
  WHERE e.chunk_row = OLD."row" ORDER BY e.model
  ON CONFLICT (target, kind, key, model) DO UPDATE SET seq = DEFAULT, project_id = excluded.project_id;
  RETURN OLD;
END $$;
--> statement-breakpoint
CREATE TRIGGER chunks_go_outbox BEFORE DELETE ON chunks FOR EACH ROW EXECUTE FUNCTION note_chunk();
--> statement-breakpoint
CREATE FUNCTION note_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM mirrors WHERE target = 'chroma') THEN RETURN OLD; END IF;
  INSERT INTO outbox (target, kind, key, project_id, model)
  SELECT 'chroma', 'vector', c.id, OLD.project_id, e.model FROM chunks c JOIN embeddings e ON e.chunk_row = c."row"
  WHERE c.document_id = OLD.id ORDER BY c.id, e.model
  ON CONFLICT (target, kind, key, model) DO UPDATE SET seq = DEFAULT, project_id = excluded.project_id;
  RETURN OLD;
END $$;
--> statement-breakpoint
CREATE TRIGGER documents_go_outbox BEFORE DELETE ON documents FOR EACH ROW EXECUTE FUNCTION note_document();
--> statement-breakpoint
CREATE FUNCTION note_graph() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM mirrors WHERE target = 'neo4j') THEN RETURN NULL; END IF;
  INSERT INTO outbox (target, kind, key, project_id) SELECT 'neo4j', TG_ARGV[0], id, project_id FROM changed ORDER BY id
  ON CONFLICT (target, kind, key, model) DO UPDATE SET seq = DEFAULT, project_id = excluded.project_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER entities_come_outbox AFTER INSERT ON entities REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_graph('entity');
--> statement-breakpoint
CREATE TRIGGER entities_change_outbox AFTER UPDATE ON entities REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_graph('entity');
--> statement-breakpoint
CREATE TRIGGER entities_go_outbox AFTER DELETE ON entities REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_graph('entity');
--> statement-breakpoint
CREATE TRIGGER relations_come_outbox AFTER INSERT ON relations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_graph('relation');
--> statement-breakpoint
CREATE TRIGGER relations_change_outbox AFTER UPDATE ON relations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_graph('relation');
--> statement-breakpoint
CREATE TRIGGER relations_go_outbox AFTER DELETE ON relations REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_graph('relation');
--> statement-breakpoint
-- After everything of the project has gone: one note stands for all.
CREATE FUNCTION note_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM outbox WHERE project_id = OLD.id AND target IN (SELECT target FROM mirrors);
  INSERT INTO outbox (target, kind, key, project_id) SELECT target, 'project', OLD.id, OLD.id FROM mirrors ORDER BY target
  ON CONFLICT (target, kind, key, model) DO UPDATE SET seq = DEFAULT, project_id = excluded.project_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER projects_go_outbox AFTER DELETE ON projects FOR EACH ROW EXECUTE FUNCTION note_project();
