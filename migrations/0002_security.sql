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
