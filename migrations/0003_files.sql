CREATE TABLE `file_retention` (
	`kind` text PRIMARY KEY NOT NULL,
	`days` integer,
	`updated_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `files` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`folder` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`content_type` text NOT NULL,
	`uploaded_by` text NOT NULL,
	`job_id` text,
	`command_id` text,
	`created_at` integer NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`announced_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `files_path` ON `files` (`owner`,`folder`,`name`);--> statement-breakpoint
CREATE INDEX `files_created` ON `files` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `files_owner` ON `files` (`owner`,`created_at`,`id`,`size`);--> statement-breakpoint
CREATE INDEX `files_kind` ON `files` (`kind`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `files_unannounced` ON `files` (`created_at`) WHERE "files"."announced_at" is null;--> statement-breakpoint
CREATE TABLE `folders` (
	`owner` text NOT NULL,
	`folder` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`owner`, `folder`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `removals` (
	`id` text PRIMARY KEY NOT NULL,
	`multipart_id` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `uploads` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`folder` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`content_type` text NOT NULL,
	`uploaded_by` text NOT NULL,
	`job_id` text,
	`command_id` text,
	`created_at` integer NOT NULL,
	`size` integer,
	`sha256` text,
	`reserved` integer NOT NULL,
	`resumable` integer NOT NULL,
	`multipart_id` text,
	`offset` integer DEFAULT 0 NOT NULL,
	`next_part` integer DEFAULT 1 NOT NULL,
	`parts` text DEFAULT '[]' NOT NULL,
	`digest_state` text,
	`token_digest` text,
	`token_expires_at` integer,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `uploads_owner` ON `uploads` (`owner`,`expires_at`,`reserved`);--> statement-breakpoint
CREATE INDEX `uploads_expires` ON `uploads` (`expires_at`);--> statement-breakpoint
CREATE TABLE `used_upload_tokens` (
	`digest` text PRIMARY KEY NOT NULL,
	`file_id` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `used_upload_tokens_expires` ON `used_upload_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `scheduled_work` (
	`name` text PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`result` text,
	`error` text
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `charge_points_credential_username` ON `charge_points` (lower("credential_username"));