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
	`type` text,
	`personal_message` text,
	`language` text,
	`language_2` text,
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
CREATE TABLE `certificate_authorities` (
	`id` text PRIMARY KEY NOT NULL,
	`certificate` text NOT NULL,
	`sealed_key` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `certificate_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`charge_point` text NOT NULL,
	`certificate_type` text,
	`status` text NOT NULL,
	`detail` text,
	`csr` text NOT NULL,
	`certificate_chain` text,
	`command_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`history_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `certificate_requests_created` ON `certificate_requests` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `certificate_requests_charge_point` ON `certificate_requests` (`charge_point`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `certificate_requests_status` ON `certificate_requests` (`status`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `certificates` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`name` text NOT NULL,
	`certificate` text NOT NULL,
	`fingerprint` text NOT NULL,
	`key` text NOT NULL,
	`subject` text NOT NULL,
	`issuer` text NOT NULL,
	`serial_number` text NOT NULL,
	`not_before` integer NOT NULL,
	`not_after` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_fingerprint_unique` ON `certificates` (`fingerprint`);--> statement-breakpoint
CREATE INDEX `certificates_created` ON `certificates` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `certificates_type` ON `certificates` (`type`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `certificates_key` ON `certificates` (`key`);--> statement-breakpoint
CREATE TABLE `security_events` (
	`charge_point` text NOT NULL,
	`seq` integer NOT NULL,
	`type` text NOT NULL,
	`critical` integer NOT NULL,
	`tech_info` text,
	`occurred_at` integer NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `security_events_occurred` ON `security_events` (`occurred_at`,`charge_point`,`seq`);--> statement-breakpoint
CREATE INDEX `security_events_type` ON `security_events` (`type`,`occurred_at`,`charge_point`,`seq`);--> statement-breakpoint
CREATE INDEX `security_events_critical` ON `security_events` (`critical`,`occurred_at`,`charge_point`,`seq`);--> statement-breakpoint
CREATE INDEX `security_events_charge_point` ON `security_events` (`charge_point`,`occurred_at`,`seq`);--> statement-breakpoint
CREATE TABLE `station_certificates` (
	`charge_point` text NOT NULL,
	`certificate_type` text NOT NULL,
	`key` text NOT NULL,
	`hash_data` text NOT NULL,
	`parent_key` text,
	`told_at` integer NOT NULL,
	`history_seq` integer NOT NULL,
	PRIMARY KEY(`charge_point`, `certificate_type`, `key`)
);
--> statement-breakpoint
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
	`id_token_type` text,
	`stop_id_token` text,
	`charging_state` text,
	`trigger_reason` text,
	`last_event_at` integer,
	`number_of_phases_used` integer,
	`cable_max_current` integer,
	`time_spent_charging` integer,
	`operation_mode` text,
	`missing_events` text,
	`history_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `transactions_started` ON `transactions` (`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `transactions_charge_point` ON `transactions` (`charge_point`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `transactions_status` ON `transactions` (`status`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `transactions_id_token` ON `transactions` (`id_token`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `transactions_ocpp` ON `transactions` (`ocpp_transaction_id`,`started_at`,`id`);