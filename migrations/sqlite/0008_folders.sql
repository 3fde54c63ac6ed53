CREATE TABLE `folder_files` (
	`folder_id` text NOT NULL,
	`path` text NOT NULL,
	`size_bytes` integer NOT NULL,
	`changed_ms` integer NOT NULL,
	`sha256` text,
	`document_id` text,
	`owned` integer DEFAULT false NOT NULL,
	`error` text,
	PRIMARY KEY(`folder_id`, `path`),
	FOREIGN KEY (`folder_id`) REFERENCES `folders`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`document_id`) REFERENCES `documents`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `folder_files_of_document` ON `folder_files` (`document_id`);--> statement-breakpoint
CREATE TABLE `folders` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`path` text NOT NULL,
	`ignore` text NOT NULL,
	`identity` text NOT NULL,
	`last_scan_at` text,
	`created_at` text NOT NULL,
	FOREIGN KEY (`project_id`) REFERENCES `projects`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `folders_once` ON `folders` (`project_id`,`path`);