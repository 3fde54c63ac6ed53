CREATE TABLE `vector_changes` (
	`version` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` text NOT NULL,
	`model` text NOT NULL,
	`chunk_row` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `vector_changes_once` ON `vector_changes` (`chunk_row`,`model`);--> statement-breakpoint
CREATE INDEX `vector_changes_in_order` ON `vector_changes` (`project_id`,`model`,`version`);--> statement-breakpoint
CREATE INDEX `documents_hidden` ON `documents` (`project_id`) WHERE indexed = 0;--> statement-breakpoint
INSERT INTO `vector_changes` (`project_id`, `model`, `chunk_row`)
  SELECT d.`project_id`, e.`model`, e.`chunk_row` FROM `embeddings` e JOIN `documents` d ON d.`id` = e.`document_id` ORDER BY e.rowid;
--> statement-breakpoint
CREATE TRIGGER `embeddings_come_changes` AFTER INSERT ON `embeddings` BEGIN
  INSERT OR REPLACE INTO `vector_changes` (`project_id`, `model`, `chunk_row`)
    SELECT `project_id`, NEW.`model`, NEW.`chunk_row` FROM `documents` WHERE `id` = NEW.`document_id`;
END;
--> statement-breakpoint
CREATE TRIGGER `embeddings_go_changes` AFTER DELETE ON `embeddings` BEGIN
  DELETE FROM `vector_changes` WHERE `chunk_row` = OLD.`chunk_row` AND `model` = OLD.`model`;
END;
