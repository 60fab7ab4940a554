import { defineConfig } from "drizzle-kit";

// Makes migrations/NNNN_*.sql from the schema. Migrations are append-only: never edit one that was deployed.
export default defineConfig({ dialect: "sqlite", schema: "./src/db/schema.ts", out: "./migrations" });
