CREATE INDEX `connectors_faulted` ON `connectors` (`status_at`) WHERE status = 'Faulted';--> statement-breakpoint
CREATE INDEX `findings_first` ON `findings` (`first_at`);