-- Text for comparing without regard to case, in any script, as the program folds it. Not every server has ICU; without it, the language
-- that the database was made for decides.
DO $do$
DECLARE
  known text := (SELECT quote_ident(collname) FROM pg_collation WHERE collname IN ('und-x-icu', 'unicode') ORDER BY collname DESC LIMIT 1);
BEGIN
  EXECUTE format('CREATE FUNCTION fold(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS %L',
    'SELECT lower(normalize(given, NFKC) COLLATE ' || coalesce(known, '"default"') || ') COLLATE "C"');
END $do$;
--> statement-breakpoint
-- Names that contain something are found through trigrams where the server has them for us; without them, all names are looked at.
DO $do$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX documents_filename_trigrams ON documents USING gin (fold(filename) gin_trgm_ops);
  CREATE INDEX entities_name_trigrams ON entities USING gin (fold(name) gin_trgm_ops);
EXCEPTION
  WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'pg_trgm is not there: %', SQLERRM;
END $do$;
--> statement-breakpoint
-- The stems of words, by the rules that SQLite's full text has too.
CREATE TEXT SEARCH DICTIONARY pressmark_stem (TEMPLATE = snowball, LANGUAGE = porter);
