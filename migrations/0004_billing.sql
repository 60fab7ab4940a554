CREATE TABLE `cdrs` (
	`id` text PRIMARY KEY NOT NULL,
	`transaction_id` text NOT NULL,
	`revision` integer NOT NULL,
	`credit` integer NOT NULL,
	`charge_point` text NOT NULL,
	`location_id` text NOT NULL,
	`id_token` text,
	`user_id` text,
	`started_at` integer NOT NULL,
	`stopped_at` integer NOT NULL,
	`currency` text NOT NULL,
	`total` integer NOT NULL,
	`energy` real NOT NULL,
	`cdr` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cdrs_transaction` ON `cdrs` (`transaction_id`,`revision`,`credit`);--> statement-breakpoint
CREATE INDEX `cdrs_created` ON `cdrs` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `cdrs_charge_point` ON `cdrs` (`charge_point`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `cdrs_location` ON `cdrs` (`location_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `cdrs_user` ON `cdrs` (`user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `credit_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`at` integer NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`cdr_id` text,
	`note` text,
	`entered_by` text
);
--> statement-breakpoint
CREATE INDEX `credit_entries_user` ON `credit_entries` (`user_id`,`at`,`id`);--> statement-breakpoint
CREATE TABLE `location_evses` (
	`charge_point` text NOT NULL,
	`evse_id` integer NOT NULL,
	`location_id` text NOT NULL,
	PRIMARY KEY(`charge_point`, `evse_id`)
);
--> statement-breakpoint
CREATE INDEX `location_evses_location` ON `location_evses` (`location_id`);--> statement-breakpoint
CREATE TABLE `locations` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text,
	`substation_id` text,
	`location` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `locations_substation` ON `locations` (`substation_id`,`id`);--> statement-breakpoint
CREATE TABLE `tariffs` (
	`id` text PRIMARY KEY NOT NULL,
	`currency` text NOT NULL,
	`tariff` text NOT NULL,
	`updated_at` integer NOT NULL
);
