// The door to every table of the D1 database.
export * from "./schema/access.ts";
export * from "./schema/availabilities.ts";
export * from "./schema/billing.ts";
export * from "./schema/charge-points.ts";
export * from "./schema/commands.ts";
export * from "./schema/configuration-templates.ts";
export * from "./schema/files.ts";
export * from "./schema/firmware.ts";
export * from "./schema/held.ts";
export * from "./schema/jobs.ts";
export * from "./schema/notices.ts";
export * from "./schema/reservations.ts";
export * from "./schema/scheduled-work.ts";
export * from "./schema/security.ts";
export * from "./schema/station-events.ts";
export * from "./schema/tickets.ts";
export * from "./schema/transactions.ts";
