CREATE TABLE `mirrors` (
	`target` text PRIMARY KEY NOT NULL,
	`filling` text
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`target` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`project_id` text NOT NULL,
	`model` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_once` ON `outbox` (`target`,`kind`,`key`,`model`);--> statement-breakpoint
CREATE INDEX `outbox_in_order` ON `outbox` (`target`);--> statement-breakpoint
CREATE INDEX `outbox_of_project` ON `outbox` (`target`,`project_id`);
--> statement-breakpoint
-- Each note is deleted and written anew, so that it gets a later number: OR REPLACE would not do, since a trigger takes over the
-- OR IGNORE of the statement that fires it. Without mirrors nothing is written.
CREATE TRIGGER `embeddings_come_outbox` AFTER INSERT ON `embeddings` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'chroma') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'chroma' AND `kind` = 'vector' AND `model` = NEW.`model`
    AND `key` = (SELECT `id` FROM `chunks` WHERE `row` = NEW.`chunk_row`);
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`, `model`)
    SELECT 'chroma', 'vector', c.`id`, d.`project_id`, NEW.`model` FROM `chunks` c JOIN `documents` d ON d.`id` = c.`document_id` WHERE c.`row` = NEW.`chunk_row`;
END;
--> statement-breakpoint
CREATE TRIGGER `embeddings_go_outbox` AFTER DELETE ON `embeddings` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'chroma') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'chroma' AND `kind` = 'vector' AND `model` = OLD.`model`
    AND `key` = (SELECT `id` FROM `chunks` WHERE `row` = OLD.`chunk_row`);
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`, `model`)
    SELECT 'chroma', 'vector', c.`id`, d.`project_id`, OLD.`model` FROM `chunks` c JOIN `documents` d ON d.`id` = c.`document_id` WHERE c.`row` = OLD.`chunk_row`;
END;
--> statement-breakpoint
-- Vectors that go with their chunk have no name any more when their own trigger fires; nor a project when all goes with the document.
CREATE TRIGGER `chunks_go_outbox` BEFORE DELETE ON `chunks` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'chroma') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'chroma' AND `kind` = 'vector' AND `key` = OLD.`id`
    AND EXISTS (SELECT 1 FROM `documents` WHERE `id` = OLD.`document_id`)
    AND `model` IN (SELECT `model` FROM `embeddings` WHERE `chunk_row` = OLD.`row`);
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`, `model`)
    SELECT 'chroma', 'vector', OLD.`id`, d.`project_id`, e.`model` FROM `embeddings` e JOIN `documents` d ON d.`id` = OLD.`document_id` WHERE e.`chunk_row` = OLD.`row`;
END;
--> statement-breakpoint
CREATE TRIGGER `documents_go_outbox` BEFORE DELETE ON `documents` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'chroma') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'chroma' AND `kind` = 'vector'
    AND (`key`, `model`) IN (SELECT c.`id`, e.`model` FROM `chunks` c JOIN `embeddings` e ON e.`chunk_row` = c.`row` WHERE c.`document_id` = OLD.`id`);
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`, `model`)
    SELECT 'chroma', 'vector', c.`id`, OLD.`project_id`, e.`model` FROM `chunks` c JOIN `embeddings` e ON e.`chunk_row` = c.`row` WHERE c.`document_id` = OLD.`id`;
END;
--> statement-breakpoint
CREATE TRIGGER `entities_come_outbox` AFTER INSERT ON `entities` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'neo4j') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'neo4j' AND `kind` = 'entity' AND `key` = NEW.`id` AND `model` = '';
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`) VALUES ('neo4j', 'entity', NEW.`id`, NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `entities_change_outbox` AFTER UPDATE ON `entities` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'neo4j') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'neo4j' AND `kind` = 'entity' AND `key` = NEW.`id` AND `model` = '';
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`) VALUES ('neo4j', 'entity', NEW.`id`, NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `entities_go_outbox` AFTER DELETE ON `entities` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'neo4j') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'neo4j' AND `kind` = 'entity' AND `key` = OLD.`id` AND `model` = '';
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`) VALUES ('neo4j', 'entity', OLD.`id`, OLD.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `relations_come_outbox` AFTER INSERT ON `relations` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'neo4j') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'neo4j' AND `kind` = 'relation' AND `key` = NEW.`id` AND `model` = '';
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`) VALUES ('neo4j', 'relation', NEW.`id`, NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `relations_change_outbox` AFTER UPDATE ON `relations` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'neo4j') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'neo4j' AND `kind` = 'relation' AND `key` = NEW.`id` AND `model` = '';
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`) VALUES ('neo4j', 'relation', NEW.`id`, NEW.`project_id`);
END;
--> statement-breakpoint
CREATE TRIGGER `relations_go_outbox` AFTER DELETE ON `relations` WHEN EXISTS (SELECT 1 FROM `mirrors` WHERE `target` = 'neo4j') BEGIN
  DELETE FROM `outbox` WHERE `target` = 'neo4j' AND `kind` = 'relation' AND `key` = OLD.`id` AND `model` = '';
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`) VALUES ('neo4j', 'relation', OLD.`id`, OLD.`project_id`);
END;
--> statement-breakpoint
-- After everything of the project has gone: one note stands for all.
CREATE TRIGGER `projects_go_outbox` AFTER DELETE ON `projects` WHEN EXISTS (SELECT 1 FROM `mirrors`) BEGIN
  DELETE FROM `outbox` WHERE `project_id` = OLD.`id` AND `target` IN (SELECT `target` FROM `mirrors`);
  INSERT INTO `outbox` (`target`, `kind`, `key`, `project_id`) SELECT `target`, 'project', OLD.`id`, OLD.`id` FROM `mirrors`;
END;
