CREATE TABLE `set_point_shares` (
	`site_id` text NOT NULL,
	`set_point_id` text NOT NULL,
	`watts` real NOT NULL,
	`before` real NOT NULL,
	PRIMARY KEY(`site_id`, `set_point_id`)
);
--> statement-breakpoint
CREATE INDEX `set_point_shares_set_point` ON `set_point_shares` (`set_point_id`);--> statement-breakpoint
CREATE TABLE `set_points` (
	`id` text PRIMARY KEY NOT NULL,
	`power` real NOT NULL,
	`takes_part` text NOT NULL,
	`scope` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`cancelled_at` integer
);
--> statement-breakpoint
CREATE INDEX `set_points_created` ON `set_points` (`created_at`,`id`);