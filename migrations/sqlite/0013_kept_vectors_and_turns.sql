CREATE TABLE `dropped_files` (
	`sha256` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `kept_vectors` (
	`hash` blob NOT NULL,
	`model` text NOT NULL,
	`document_id` text NOT NULL,
	`vector` blob NOT NULL,
	PRIMARY KEY(`hash`, `model`, `document_id`),
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `kept_vectors_of_document` ON `kept_vectors` (`document_id`);--> statement-breakpoint
ALTER TABLE `chunks` ADD `embed_hash` blob;--> statement-breakpoint
CREATE INDEX `chunks_embed_hash` ON `chunks` (`embed_hash`);--> statement-breakpoint
ALTER TABLE `jobs` ADD `turn` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `leased_until` text DEFAULT '' NOT NULL;