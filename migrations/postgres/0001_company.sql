DROP INDEX "folders_once";--> statement-breakpoint
ALTER TABLE "folders" ADD COLUMN "server" text COLLATE "C" DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_of_installation" ON "tokens" USING btree ("installation") WHERE installation AND revoked_at IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "folders_once" ON "folders" USING btree ("project_id","path","server");
--> statement-breakpoint
-- The counts of the graph follow its rows, whatever deletes them; what nothing names any more goes. Rows are locked in one order, so that
-- two servers that change the same entities do not wait for each other.
CREATE FUNCTION mentions_come() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM entities WHERE "row" IN (SELECT entity_row FROM changed) ORDER BY "row" FOR NO KEY UPDATE;
  UPDATE entities e SET mentions = e.mentions + n.count FROM (SELECT entity_row, count(*) AS count FROM changed GROUP BY entity_row) n
  WHERE e."row" = n.entity_row;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION mentions_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM entities WHERE "row" IN (SELECT entity_row FROM changed) ORDER BY "row" FOR UPDATE;
  UPDATE entities e SET mentions = e.mentions - n.count FROM (SELECT entity_row, count(*) AS count FROM changed GROUP BY entity_row) n
  WHERE e."row" = n.entity_row;
  DELETE FROM entities WHERE "row" IN (SELECT entity_row FROM changed) AND mentions <= 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION evidence_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM relations WHERE "row" IN (SELECT relation_row FROM changed) ORDER BY "row" FOR NO KEY UPDATE;
  UPDATE relations r SET weight = r.weight + n.count FROM (SELECT relation_row, count(*) AS count FROM changed GROUP BY relation_row) n
  WHERE r."row" = n.relation_row;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION evidence_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM relations WHERE "row" IN (SELECT relation_row FROM changed) ORDER BY "row" FOR UPDATE;
  UPDATE relations r SET weight = r.weight - n.count FROM (SELECT relation_row, count(*) AS count FROM changed GROUP BY relation_row) n
  WHERE r."row" = n.relation_row;
  DELETE FROM relations WHERE "row" IN (SELECT relation_row FROM changed) AND weight <= 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER mentions_come AFTER INSERT ON mentions REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mentions_come();
--> statement-breakpoint
CREATE TRIGGER mentions_go AFTER DELETE ON mentions REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mentions_go();
--> statement-breakpoint
CREATE TRIGGER evidence_comes AFTER INSERT ON relation_evidence REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION evidence_comes();
--> statement-breakpoint
CREATE TRIGGER evidence_goes AFTER DELETE ON relation_evidence REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION evidence_goes();
--> statement-breakpoint
-- What the servers on this database tell each other: who changed what, by ids. Told when the transaction ends, and only then.
CREATE FUNCTION tell_others(about text, id text, place text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('pressmark', concat_ws(' ', coalesce(nullif(current_setting('pressmark.server', true), ''), '-'), about, id, place))
$$;
--> statement-breakpoint
CREATE FUNCTION tell_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_others('job', NEW.id, NULL);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER jobs_come AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION tell_job();
--> statement-breakpoint
CREATE TRIGGER jobs_change AFTER UPDATE ON jobs FOR EACH ROW
  WHEN ((OLD.state, OLD.stage, OLD.updated_at) IS DISTINCT FROM (NEW.state, NEW.stage, NEW.updated_at)) EXECUTE FUNCTION tell_job();
--> statement-breakpoint
CREATE FUNCTION tell_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM tell_others('document_removed', OLD.id, OLD.project_id);
  ELSE
    PERFORM tell_others('document', NEW.id, NULL);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER documents_come AFTER INSERT ON documents FOR EACH ROW EXECUTE FUNCTION tell_document();
--> statement-breakpoint
CREATE TRIGGER documents_change AFTER UPDATE ON documents FOR EACH ROW
  WHEN ((OLD.state, OLD.filename, OLD.indexed, OLD.updated_at) IS DISTINCT FROM (NEW.state, NEW.filename, NEW.indexed, NEW.updated_at)) EXECUTE FUNCTION tell_document();
--> statement-breakpoint
CREATE TRIGGER documents_go AFTER DELETE ON documents FOR EACH ROW EXECUTE FUNCTION tell_document();
--> statement-breakpoint
CREATE FUNCTION tell_folder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_others('folder', coalesce(NEW.id, OLD.id), coalesce(NEW.project_id, OLD.project_id));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER folders_change AFTER INSERT OR UPDATE OR DELETE ON folders FOR EACH ROW EXECUTE FUNCTION tell_folder();
--> statement-breakpoint
CREATE FUNCTION tell_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_others('setting', NEW.key, NULL);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER settings_change AFTER INSERT OR UPDATE ON settings FOR EACH ROW EXECUTE FUNCTION tell_setting();
--> statement-breakpoint
CREATE FUNCTION tell_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_others('token', NEW.id, NULL);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER tokens_change AFTER UPDATE ON tokens FOR EACH ROW
  WHEN ((OLD.generation, OLD.revoked_at) IS DISTINCT FROM (NEW.generation, NEW.revoked_at)) EXECUTE FUNCTION tell_token();
--> statement-breakpoint
CREATE FUNCTION tell_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_others('token', 'keys', NULL);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER signing_keys_change AFTER DELETE ON signing_keys FOR EACH STATEMENT EXECUTE FUNCTION tell_keys();
--> statement-breakpoint
CREATE FUNCTION tell_original() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_others('original_removed', OLD.sha256, NULL);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER originals_go AFTER DELETE ON originals FOR EACH ROW EXECUTE FUNCTION tell_original();
