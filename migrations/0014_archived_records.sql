CREATE TABLE `archive_progress` (
	`id` integer PRIMARY KEY NOT NULL,
	`charge_point` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `archived_records` (
	`charge_point` text NOT NULL,
	`kind` text NOT NULL,
	`first_at` integer NOT NULL,
	`first_key` text NOT NULL,
	`last_at` integer NOT NULL,
	`archive_id` text NOT NULL,
	`offset` integer NOT NULL,
	`length` integer NOT NULL,
	`lines` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `kind`, `first_at`, `first_key`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `archives` ADD `kind` text DEFAULT 'meterValues' NOT NULL;
