CREATE TABLE `firmware_campaign_members` (
	`campaign_id` text NOT NULL,
	`charge_point` text NOT NULL,
	`wave` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`job_id` text,
	`version_before` text,
	`version_after` text,
	`not_before` integer,
	`updated_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	PRIMARY KEY(`campaign_id`, `charge_point`)
);
--> statement-breakpoint
CREATE INDEX `firmware_campaign_members_state` ON `firmware_campaign_members` (`campaign_id`,`state`,`charge_point`);--> statement-breakpoint
CREATE TABLE `firmware_campaigns` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`image_id` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`settings` text NOT NULL,
	`wave` integer DEFAULT 0 NOT NULL,
	`waves` integer DEFAULT 0 NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`next_turn_at` integer,
	`pardoned_failed` integer DEFAULT 0 NOT NULL,
	`pardoned_ended` integer DEFAULT 0 NOT NULL,
	`starts_at` integer,
	`ends_at` integer,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`started_at` integer,
	`wave_started_at` integer,
	`finished_at` integer
);
--> statement-breakpoint
CREATE INDEX `firmware_campaigns_created` ON `firmware_campaigns` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `firmware_campaigns_state` ON `firmware_campaigns` (`state`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `firmware_campaigns_image` ON `firmware_campaigns` (`image_id`);--> statement-breakpoint
CREATE INDEX `firmware_campaigns_turn` ON `firmware_campaigns` (`next_turn_at`);--> statement-breakpoint
CREATE TABLE `firmware_images` (
	`id` text PRIMARY KEY NOT NULL,
	`file_id` text NOT NULL,
	`version` text NOT NULL,
	`vendor` text,
	`model` text,
	`name` text NOT NULL,
	`size` integer NOT NULL,
	`checksum` text NOT NULL,
	`signature` text,
	`signing_certificate` text,
	`note` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `firmware_images_created` ON `firmware_images` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `firmware_images_vendor` ON `firmware_images` (`vendor`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `firmware_images_file` ON `firmware_images` (`file_id`);--> statement-breakpoint
ALTER TABLE `charge_points` ADD `file_transfer` text;