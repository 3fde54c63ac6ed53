-- Nothing was ever written to these tables; the next migration makes them anew, in another form.
DROP TABLE `entities`;--> statement-breakpoint
DROP TABLE `mentions`;--> statement-breakpoint
DROP TABLE `relations`;