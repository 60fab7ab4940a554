// Applies migrations/*.sql to a D1 database, in order and once, in the table that `wrangler d1 migrations` uses too.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Keeper, Statement } from "./keeper.ts";

const BREAKPOINT = "--> statement-breakpoint";

const statement = (sql: string, ...values: Statement["values"]): Statement => ({ sql, values });

export async function applyMigrations({ batches }: Keeper, folder: string): Promise<string[]> {
  const [[, rows = []] = []] = await batches([
    [
      statement(
        `CREATE TABLE IF NOT EXISTS d1_migrations (
          id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
        )`,
      ),
      statement("SELECT name FROM d1_migrations"),
    ],
  ]);
  const applied = new Set(rows.map(({ name }) => name));
  const missing = (await readdir(folder)).filter((name) => name.endsWith(".sql") && !applied.has(name)).sort();
  for (const name of missing) {
    const sql = await readFile(join(folder, name), "utf8");
    const parts = sql.split(BREAKPOINT).filter((part) => part.trim() !== "");
    // With its note in one transaction: a start that dies in between begins it again.
    await batches([
      [...parts.map((part) => statement(part)), statement("INSERT INTO d1_migrations (name) VALUES (?)", name)],
    ]);
  }
  return missing;
}
