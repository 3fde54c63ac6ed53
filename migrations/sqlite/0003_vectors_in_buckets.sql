-- Vectors lie in buckets from here on: those made before are forgotten, and made again at the next start.
DELETE FROM embeddings;
--> statement-breakpoint
UPDATE documents SET embedded_chunks = 0;
