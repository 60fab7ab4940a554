CREATE TABLE `dso_signals` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`transformer_id` text NOT NULL,
	`unit` text NOT NULL,
	`periods` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`cancelled_at` integer
);
--> statement-breakpoint
CREATE INDEX `dso_signals_transformer` ON `dso_signals` (`transformer_id`,`ends_at`);--> statement-breakpoint
CREATE INDEX `dso_signals_created` ON `dso_signals` (`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `sites` (
	`id` text PRIMARY KEY NOT NULL,
	`site` text NOT NULL,
	`power` integer NOT NULL,
	`updated_at` integer NOT NULL
);
