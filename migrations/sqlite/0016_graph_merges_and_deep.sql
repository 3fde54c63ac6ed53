CREATE TABLE `deep_findings` (
	`hash` text NOT NULL,
	`reader` text NOT NULL,
	`found` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`hash`, `reader`)
);
--> statement-breakpoint
CREATE TABLE `deep_reads` (
	`chunk_row` integer NOT NULL,
	`reader` text NOT NULL,
	PRIMARY KEY(`chunk_row`, `reader`),
	FOREIGN KEY (`chunk_row`) REFERENCES `chunks`(`row`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `entity_aliases` (
	`entity_row` integer NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`entity_row`, `name`),
	FOREIGN KEY (`entity_row`) REFERENCES `entities`(`row`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `graph_dismissals` (
	`project_id` text NOT NULL,
	`pair` text NOT NULL,
	PRIMARY KEY(`project_id`, `pair`),
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `graph_merge_documents` (
	`merge_id` text NOT NULL,
	`document_id` text NOT NULL,
	PRIMARY KEY(`merge_id`, `document_id`),
	FOREIGN KEY (`merge_id`) REFERENCES `graph_merges`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `graph_merge_documents_of` ON `graph_merge_documents` (`document_id`);--> statement-breakpoint
CREATE TABLE `graph_merges` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`from_key` text NOT NULL,
	`from_type` text NOT NULL,
	`from_name` text NOT NULL,
	`into_key` text NOT NULL,
	`into_type` text NOT NULL,
	`into_name` text NOT NULL,
	`undo` text NOT NULL,
	`created_at` text NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `graph_merges_of` ON `graph_merges` (`project_id`,`from_key`,`from_type`);--> statement-breakpoint
ALTER TABLE `relations` ADD `label` text;--> statement-breakpoint
ALTER TABLE `relations` ADD `origin` text DEFAULT 'instant' NOT NULL;