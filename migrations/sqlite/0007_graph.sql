CREATE TABLE `entities` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`project_id` text NOT NULL,
	`type` text NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`mentions` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `entities_id_unique` ON `entities` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `entities_by_key` ON `entities` (`project_id`,`key`,`type`);--> statement-breakpoint
CREATE INDEX `entities_by_mentions` ON `entities` (`project_id`,`mentions`);--> statement-breakpoint
CREATE TABLE `entity_words` (
	`project_id` text NOT NULL,
	`word` text NOT NULL,
	`entity_row` integer NOT NULL,
	PRIMARY KEY(`project_id`, `word`, `entity_row`),
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`entity_row`) REFERENCES `entities`(`row`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `entity_words_of_entity` ON `entity_words` (`entity_row`);--> statement-breakpoint
CREATE TABLE `graph_progress` (
	`document_id` text PRIMARY KEY NOT NULL,
	`chunks` integer NOT NULL,
	`rules` integer NOT NULL,
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `mentions` (
	`entity_row` integer NOT NULL,
	`chunk_row` integer NOT NULL,
	`char_start` integer NOT NULL,
	`char_end` integer NOT NULL,
	PRIMARY KEY(`entity_row`, `chunk_row`, `char_start`),
	FOREIGN KEY (`entity_row`) REFERENCES `entities`(`row`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`chunk_row`) REFERENCES `chunks`(`row`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `mentions_of_chunk` ON `mentions` (`chunk_row`);--> statement-breakpoint
CREATE TABLE `relation_evidence` (
	`relation_row` integer NOT NULL,
	`chunk_row` integer NOT NULL,
	`char_start` integer NOT NULL,
	`char_end` integer NOT NULL,
	PRIMARY KEY(`relation_row`, `chunk_row`, `char_start`),
	FOREIGN KEY (`relation_row`) REFERENCES `relations`(`row`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`chunk_row`) REFERENCES `chunks`(`row`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `relation_evidence_of_chunk` ON `relation_evidence` (`chunk_row`);--> statement-breakpoint
CREATE TABLE `relations` (
	`row` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`project_id` text NOT NULL,
	`source_row` integer NOT NULL,
	`target_row` integer NOT NULL,
	`type` text NOT NULL,
	`weight` integer DEFAULT 0 NOT NULL,
	`created_at` text NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`source_row`) REFERENCES `entities`(`row`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`target_row`) REFERENCES `entities`(`row`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `relations_id_unique` ON `relations` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `relations_between` ON `relations` (`source_row`,`target_row`,`type`);--> statement-breakpoint
CREATE INDEX `relations_of_source` ON `relations` (`source_row`,`weight`,`target_row`);--> statement-breakpoint
CREATE INDEX `relations_of_target` ON `relations` (`target_row`,`weight`,`source_row`);--> statement-breakpoint
CREATE INDEX `relations_of_project` ON `relations` (`project_id`,`weight`);