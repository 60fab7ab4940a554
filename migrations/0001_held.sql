CREATE TABLE `availabilities` (
	`charge_point` text NOT NULL,
	`evse_id` integer NOT NULL,
	`connector_id` integer NOT NULL,
	`operative` integer NOT NULL,
	`scheduled` integer NOT NULL,
	`at` integer NOT NULL,
	`history_seq` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `evse_id`, `connector_id`)
);
--> statement-breakpoint
CREATE TABLE `charging_profiles` (
	`charge_point` text NOT NULL,
	`profile_id` integer NOT NULL,
	`evse_id` integer NOT NULL,
	`purpose` text NOT NULL,
	`stack_level` integer NOT NULL,
	`transaction_id` text,
	`source` text NOT NULL,
	`profile` text NOT NULL,
	`at` integer NOT NULL,
	`removed_at` integer,
	`history_seq` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `profile_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `charging_profiles_purpose` ON `charging_profiles` (`purpose`,`charge_point`,`profile_id`);--> statement-breakpoint
CREATE INDEX `charging_profiles_transaction` ON `charging_profiles` (`transaction_id`,`charge_point`,`profile_id`);--> statement-breakpoint
CREATE TABLE `holdings` (
	`charge_point` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`evse_id` integer NOT NULL,
	`data` text NOT NULL,
	`at` integer NOT NULL,
	`removed_at` integer,
	`history_seq` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `kind`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `stream_chunks` (
	`charge_point` text NOT NULL,
	`stream_id` integer NOT NULL,
	`first_seq` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`stream_values` text NOT NULL,
	PRIMARY KEY(`charge_point`, `stream_id`, `first_seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `transaction_details` (
	`transaction_id` text NOT NULL,
	`charge_point` text NOT NULL,
	`evse_id` integer NOT NULL,
	`detail` text NOT NULL,
	`data` text NOT NULL,
	`at` integer NOT NULL,
	`history_seq` integer NOT NULL,
	PRIMARY KEY(`transaction_id`, `charge_point`, `evse_id`, `detail`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `configuration_templates` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`version` integer NOT NULL,
	`vendor` text,
	`model` text,
	`on_boot` integer NOT NULL,
	`configuration` text NOT NULL,
	`variables` text NOT NULL,
	`note` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `configuration_templates_name` ON `configuration_templates` (`name`,`id`);--> statement-breakpoint
CREATE INDEX `configuration_templates_vendor` ON `configuration_templates` (`vendor`,`name`,`id`);--> statement-breakpoint
CREATE INDEX `configuration_templates_on_boot` ON `configuration_templates` (`on_boot`,`name`,`id`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`charge_point` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`job` text NOT NULL,
	`history_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `jobs_created` ON `jobs` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_charge_point` ON `jobs` (`charge_point`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_state` ON `jobs` (`state`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_kind` ON `jobs` (`kind`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `reservations` (
	`id` text PRIMARY KEY NOT NULL,
	`charge_point` text NOT NULL,
	`reservation_id` integer NOT NULL,
	`evse_id` integer NOT NULL,
	`connector_id` integer NOT NULL,
	`connector_type` text,
	`id_token` text collate nocase NOT NULL,
	`group_id` text,
	`status` text NOT NULL,
	`reason` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`command_id` text NOT NULL,
	`requested_by` text,
	`transaction_id` text,
	`history_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `reservations_created` ON `reservations` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `reservations_charge_point` ON `reservations` (`charge_point`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `reservations_status` ON `reservations` (`status`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `reservations_id_token` ON `reservations` (`id_token`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `station_events` (
	`charge_point` text NOT NULL,
	`seq` integer NOT NULL,
	`item` integer NOT NULL,
	`component` text NOT NULL,
	`variable` text NOT NULL,
	`event` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `seq`, `item`)
);
--> statement-breakpoint
CREATE INDEX `station_events_component` ON `station_events` (`charge_point`,`component`,`variable`,`seq`,`item`);--> statement-breakpoint
ALTER TABLE `id_tokens` ADD `type` text;--> statement-breakpoint
ALTER TABLE `id_tokens` ADD `personal_message` text;--> statement-breakpoint
ALTER TABLE `id_tokens` ADD `language` text;--> statement-breakpoint
ALTER TABLE `id_tokens` ADD `language_2` text;--> statement-breakpoint
ALTER TABLE `transactions` ADD `id_token_type` text;--> statement-breakpoint
ALTER TABLE `transactions` ADD `stop_id_token` text;--> statement-breakpoint
ALTER TABLE `transactions` ADD `charging_state` text;--> statement-breakpoint
ALTER TABLE `transactions` ADD `trigger_reason` text;--> statement-breakpoint
ALTER TABLE `transactions` ADD `last_event_at` integer;--> statement-breakpoint
ALTER TABLE `transactions` ADD `number_of_phases_used` integer;--> statement-breakpoint
ALTER TABLE `transactions` ADD `cable_max_current` integer;--> statement-breakpoint
ALTER TABLE `transactions` ADD `time_spent_charging` integer;--> statement-breakpoint
ALTER TABLE `transactions` ADD `operation_mode` text;--> statement-breakpoint
ALTER TABLE `transactions` ADD `missing_events` text;