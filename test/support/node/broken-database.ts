// Breaks D1 from outside, where Miniflare keeps it: a second connection to its SQLite file, and nothing else.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const AWAY = "_away";

/** Gives the database back. */
export type Repair = () => void;

/** Each statement, read or write, fails at once: its table is not there. */
export function hideTables(stateDir: string): Repair {
  const db = openDatabase(stateDir);
  const tables = db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\'",
    )
    .all()
    .map(({ name }) => String(name))
    .filter((name) => name !== "d1_migrations");
  const rename = (from: string, to: string) => db.exec(`ALTER TABLE "${from}" RENAME TO "${to}"`);
  inOne(db, () => {
    for (const name of tables) rename(name, name + AWAY);
  });
  return () => {
    inOne(db, () => {
      for (const name of tables) rename(name + AWAY, name);
    });
    db.close();
  };
}

/** Reads still work; each write waits in vain. */
export function lockWrites(stateDir: string): Repair {
  const db = openDatabase(stateDir);
  db.exec("BEGIN IMMEDIATE");
  return () => {
    db.exec("ROLLBACK");
    db.close();
  };
}

/** The database itself, past the server. */
export function openDatabase(stateDir: string): DatabaseSync {
  const folder = join(stateDir, "v3", "d1", "miniflare-D1DatabaseObject");
  const [file, ...others] = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined || others.length > 0) throw new Error(`not one database in ${folder}`);
  const db = new DatabaseSync(join(folder, file));
  db.exec("PRAGMA busy_timeout = 10000");
  return db;
}

function inOne(db: DatabaseSync, work: () => void): void {
  db.exec("BEGIN IMMEDIATE");
  work();
  db.exec("COMMIT");
}
