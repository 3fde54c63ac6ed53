CREATE TABLE `vector_versions` (
	`model` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `embeddings` ADD `version` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `embeddings_in_order` ON `embeddings` (`model`,`version`);--> statement-breakpoint
CREATE INDEX `documents_hidden` ON `documents` (`project_id`) WHERE indexed = 0;--> statement-breakpoint
UPDATE `embeddings` SET `version` = rowid;
--> statement-breakpoint
INSERT INTO `vector_versions` (`model`, `version`) SELECT `model`, max(rowid) FROM `embeddings` GROUP BY `model`;
