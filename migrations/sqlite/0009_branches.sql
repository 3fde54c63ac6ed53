ALTER TABLE `chat_messages` ADD `parent_id` text;--> statement-breakpoint
UPDATE `chat_messages` SET `parent_id` = (SELECT max(`earlier`.`id`) FROM `chat_messages` AS `earlier` WHERE `earlier`.`conversation_id` = `chat_messages`.`conversation_id` AND `earlier`.`id` < `chat_messages`.`id`);
