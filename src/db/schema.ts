// The door to every table of the D1 database.
export * from "./schema/access.ts";
export * from "./schema/charge-points.ts";
export * from "./schema/commands.ts";
export * from "./schema/transactions.ts";
