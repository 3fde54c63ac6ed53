ALTER TABLE `jobs` ADD `subject` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `payload` text;