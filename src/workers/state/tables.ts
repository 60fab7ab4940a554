// The database's tables as they are, page by page in the order of their keys, for copies of the whole.
import { encodeCursor } from "../paging.ts";

export type Value = string | number | null;
export type Row = Record<string, Value>;

const ROWS = 100;
/** What holds for the moment only, or for one deployment. */
const LEFT_OUT = "('d1_migrations', 'scheduled_work', 'tickets', 'uploads', 'removals', 'used_upload_tokens')";
/** Whoever restores is signed in by one of these: they come last. */
const LAST = ["refresh_tokens", "api_keys", "users"];

export async function tableNames(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ${LEFT_OUT}
       AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*' ORDER BY name`,
    )
    .all<{ name: string }>();
  const names = results.map(({ name }) => name);
  return [...names.filter((name) => !LAST.includes(name)), ...LAST.filter((name) => names.includes(name))];
}

/** @param table one of the above */
export async function readRows(
  db: D1Database,
  table: string,
  after: readonly Value[],
): Promise<{ rows: Row[]; nextCursor: string | null }> {
  const { results: columns } = await db
    .prepare(`SELECT name, pk FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk`)
    .bind(table)
    .all<{ name: string }>();
  const key = columns.map(({ name }) => name);
  const names = key.map((name) => `"${name}"`).join(", ");
  const behind = after.length === 0 ? "" : `WHERE (${names}) > (${after.map(() => "?").join(", ")})`;
  const { results: rows } = await db
    .prepare(`SELECT * FROM "${table}" ${behind} ORDER BY ${names} LIMIT ${ROWS}`)
    .bind(...after)
    .all<Row>();
  const last = rows.length < ROWS ? undefined : rows.at(-1);
  const position = last && key.map((name) => last[name] ?? 0);
  const [first, ...rest] = position ?? [];
  return { rows, nextCursor: first === undefined ? null : encodeCursor([first, ...rest]) };
}

/** @param table one of the above. A row whose key is taken is replaced. */
export async function writeRows(db: D1Database, table: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await db.batch(
    rows.map((row) => {
      const columns = Object.keys(row);
      const names = columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");
      return db
        .prepare(`INSERT OR REPLACE INTO "${table}" (${names}) VALUES (${columns.map(() => "?").join(", ")})`)
        .bind(...Object.values(row));
    }),
  );
}
