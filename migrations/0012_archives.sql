CREATE TABLE `archived_transactions` (
	`transaction_id` text NOT NULL,
	`archive_id` text NOT NULL,
	`offset` integer NOT NULL,
	`length` integer NOT NULL,
	PRIMARY KEY(`transaction_id`, `archive_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `archives` (
	`id` text PRIMARY KEY NOT NULL,
	`finished_at` integer,
	`created_at` integer NOT NULL,
	`transactions` integer NOT NULL,
	`chunks` integer NOT NULL,
	`bytes` integer NOT NULL,
	`last_started_at` integer NOT NULL,
	`last_id` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `archives_created` ON `archives` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `archives_last` ON `archives` (`last_started_at`,`last_id`);