CREATE TABLE `charging_needs` (
	`transaction_id` text PRIMARY KEY NOT NULL,
	`needs` text NOT NULL,
	`at` integer NOT NULL,
	`told_by` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `sites` ADD `prices` text;