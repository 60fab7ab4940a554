import { defineConfig } from "drizzle-kit";

// Makes migrations/NNNN_*.sql from the schema. Migrations are append-only: never edit one that was deployed.
// `npm run db:studio` says which file to show.
const file = process.env.DATABASE_FILE;

export default defineConfig({
  dialect: "sqlite",
  schema: "./src/db/schema.ts",
  out: "./migrations",
  ...(file === undefined ? {} : { dbCredentials: { url: file } }),
});
