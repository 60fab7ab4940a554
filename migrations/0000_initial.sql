CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`digest` text NOT NULL,
	`prefix` text NOT NULL,
	`role` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_digest` ON `api_keys` (`digest`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`subject` text NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`status` integer NOT NULL,
	`ip` text
);
--> statement-breakpoint
CREATE INDEX `audit_log_subject` ON `audit_log` (`subject`,`id`);--> statement-breakpoint
CREATE TABLE `id_tokens` (
	`key` text PRIMARY KEY NOT NULL,
	`id_token` text NOT NULL,
	`status` text NOT NULL,
	`expires_at` integer,
	`group_id` text,
	`user_id` text,
	`note` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `id_tokens_status` ON `id_tokens` (`status`,`key`);--> statement-breakpoint
CREATE INDEX `id_tokens_group` ON `id_tokens` (`group_id`,`key`);--> statement-breakpoint
CREATE INDEX `id_tokens_user` ON `id_tokens` (`user_id`,`key`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`digest` text PRIMARY KEY NOT NULL,
	`family` text NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_family` ON `refresh_tokens` (`family`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_user` ON `refresh_tokens` (`user_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_expires` ON `refresh_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sign_in_failures` (
	`subject` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`window_ends_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sign_in_failures_window` ON `sign_in_failures` (`window_ends_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`password_hash` text NOT NULL,
	`role` text NOT NULL,
	`name` text,
	`email` text,
	`active` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_username` ON `users` (`username`);--> statement-breakpoint
CREATE INDEX `users_role` ON `users` (`role`,`username`);--> statement-breakpoint
CREATE TABLE `charge_points` (
	`key` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`registration` text NOT NULL,
	`security_profile` integer DEFAULT 0 NOT NULL,
	`credential_hash` text,
	`credential_username` text,
	`pinned_version` text,
	`policy` text DEFAULT 'tolerant' NOT NULL,
	`heartbeat_interval` integer,
	`note` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`history_seq` integer DEFAULT 0 NOT NULL,
	`connected` integer DEFAULT false NOT NULL,
	`ocpp_version` text,
	`status` text,
	`last_seen_at` integer,
	`last_boot_at` integer,
	`vendor` text,
	`model` text,
	`serial_number` text,
	`firmware_version` text,
	`firmware_status` text,
	`diagnostics_status` text,
	`iccid` text,
	`imsi` text,
	`meter_type` text,
	`meter_serial_number` text
);
--> statement-breakpoint
CREATE INDEX `charge_points_connected` ON `charge_points` (`connected`,`key`);--> statement-breakpoint
CREATE INDEX `charge_points_status` ON `charge_points` (`status`,`key`);--> statement-breakpoint
CREATE INDEX `charge_points_registration` ON `charge_points` (`registration`,`key`);--> statement-breakpoint
CREATE INDEX `charge_points_vendor` ON `charge_points` (`vendor`,`key`);--> statement-breakpoint
CREATE INDEX `charge_points_version` ON `charge_points` (`ocpp_version`,`key`);--> statement-breakpoint
CREATE TABLE `connection_attempts` (
	`id` text PRIMARY KEY NOT NULL,
	`charge_point` text NOT NULL,
	`identity` text NOT NULL,
	`reason` text NOT NULL,
	`detail` text NOT NULL,
	`ip` text,
	`user_agent` text,
	`subprotocols` text,
	`count` integer NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `connection_attempts_last` ON `connection_attempts` (`last_at`,`id`);--> statement-breakpoint
CREATE INDEX `connection_attempts_charge_point` ON `connection_attempts` (`charge_point`,`last_at`,`id`);--> statement-breakpoint
CREATE INDEX `connection_attempts_reason` ON `connection_attempts` (`reason`,`last_at`,`id`);--> statement-breakpoint
CREATE TABLE `connector_statuses` (
	`charge_point` text NOT NULL,
	`evse_id` integer NOT NULL,
	`connector_id` integer NOT NULL,
	`seq` integer NOT NULL,
	`status` text NOT NULL,
	`error_code` text,
	`info` text,
	`vendor_id` text,
	`vendor_error_code` text,
	`status_at` integer NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `evse_id`, `connector_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `connectors` (
	`charge_point` text NOT NULL,
	`evse_id` integer NOT NULL,
	`connector_id` integer NOT NULL,
	`status` text NOT NULL,
	`error_code` text,
	`info` text,
	`vendor_id` text,
	`vendor_error_code` text,
	`status_at` integer NOT NULL,
	`history_seq` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `evse_id`, `connector_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `findings` (
	`charge_point` text NOT NULL,
	`code` text NOT NULL,
	`detail` text NOT NULL,
	`count` integer NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`history_seq` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `code`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `commands` (
	`id` text PRIMARY KEY NOT NULL,
	`charge_point` text NOT NULL,
	`ocpp_version` text NOT NULL,
	`action` text NOT NULL,
	`payload` text NOT NULL,
	`status` text NOT NULL,
	`response` text,
	`error` text,
	`remarks` text,
	`requested_by` text,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	`finished_at` integer,
	`expires_at` integer,
	`history_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `commands_created` ON `commands` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `commands_charge_point` ON `commands` (`charge_point`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `commands_status` ON `commands` (`status`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `commands_action` ON `commands` (`action`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `notices` (
	`charge_point` text NOT NULL,
	`seq` integer NOT NULL,
	`action` text NOT NULL,
	`payload` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `notices_action` ON `notices` (`action`,`received_at`);--> statement-breakpoint
CREATE INDEX `notices_charge_point_action` ON `notices` (`charge_point`,`action`,`seq`);--> statement-breakpoint
CREATE TABLE `meter_chunks` (
	`charge_point` text NOT NULL,
	`transaction_id` text NOT NULL,
	`evse_id` integer NOT NULL,
	`connector_id` integer NOT NULL,
	`first_seq` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`meter_values` text NOT NULL,
	PRIMARY KEY(`transaction_id`, `charge_point`, `evse_id`, `connector_id`, `first_seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `transactions` (
	`id` text PRIMARY KEY NOT NULL,
	`charge_point` text NOT NULL,
	`ocpp_version` text NOT NULL,
	`ocpp_transaction_id` text NOT NULL,
	`evse_id` integer NOT NULL,
	`connector_id` integer NOT NULL,
	`id_token` text collate nocase,
	`authorization` text,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`stopped_at` integer,
	`meter_start` real,
	`meter_stop` real,
	`stop_reason` text,
	`closed_by` text,
	`reservation_id` integer,
	`command_id` text,
	`history_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `transactions_started` ON `transactions` (`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `transactions_charge_point` ON `transactions` (`charge_point`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `transactions_status` ON `transactions` (`status`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `transactions_id_token` ON `transactions` (`id_token`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `transactions_ocpp` ON `transactions` (`ocpp_transaction_id`,`started_at`,`id`);