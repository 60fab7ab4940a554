CREATE TABLE `tickets` (
	`digest` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`principal_id` text NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;
