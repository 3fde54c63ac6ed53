-- The counts of the graph follow its rows, whatever deletes them; what nothing names any more goes.
CREATE TRIGGER `mentions_come` AFTER INSERT ON `mentions` BEGIN
  UPDATE `entities` SET `mentions` = `mentions` + 1 WHERE `row` = NEW.`entity_row`;
END;
--> statement-breakpoint
CREATE TRIGGER `mentions_go` AFTER DELETE ON `mentions` BEGIN
  UPDATE `entities` SET `mentions` = `mentions` - 1 WHERE `row` = OLD.`entity_row`;
  DELETE FROM `entities` WHERE `row` = OLD.`entity_row` AND `mentions` <= 0;
END;
--> statement-breakpoint
CREATE TRIGGER `evidence_comes` AFTER INSERT ON `relation_evidence` BEGIN
  UPDATE `relations` SET `weight` = `weight` + 1 WHERE `row` = NEW.`relation_row`;
END;
--> statement-breakpoint
CREATE TRIGGER `evidence_goes` AFTER DELETE ON `relation_evidence` BEGIN
  UPDATE `relations` SET `weight` = `weight` - 1 WHERE `row` = OLD.`relation_row`;
  DELETE FROM `relations` WHERE `row` = OLD.`relation_row` AND `weight` <= 0;
END;
