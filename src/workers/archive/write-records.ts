// Moves old records from D1 to R2, some chargers at a time and round the whole fleet: what is old is found by charger,
// for an index by time would cost a row written for every record.
import { oldBefore } from "./age.ts";
import { AUDIT_RECORDS, CHARGER_RECORDS, type RecordTable } from "./record-kinds.ts";
import { type Member, writeArchive } from "./store.ts";

const CHARGERS = 50;
/** What a run may do at most; the next one goes on. */
const STEPS = 20;

type Row = Record<string, string | number | null>;

interface Found {
  table: RecordTable;
  rows: Row[];
}

export interface ArchivedRecords {
  archives: number;
  records: number;
  /** Whose records were looked at. */
  chargers: number;
  [name: string]: number;
}

export async function archiveOldRecords(env: Env, now = Date.now()): Promise<ArchivedRecords> {
  const done: ArchivedRecords = { archives: 0, records: 0, chargers: 0 };
  const before = oldBefore(env, now);
  if (before === undefined) return done;
  const write = async (kind: "records" | "audit", found: readonly Found[]) => {
    const count = found.reduce((sum, { rows }) => sum + rows.length, 0);
    if (count === 0) return;
    const members = found.flatMap((one) => membersOf(env.DB, one));
    const removals = found.filter(({ rows }) => rows.length > 0).map((one) => removal(env.DB, one));
    await writeArchive(env, { kind, members, removals }, now);
    done.archives += 1;
    done.records += count;
  };
  await write("audit", [{ table: AUDIT_RECORDS, rows: await oldAuditEntries(env.DB, before) }]);
  for (let step = 0; step < STEPS; step += 1) {
    const chargers = await nextChargers(env.DB);
    const found = await oldRecords(env.DB, chargers, before);
    await write("records", found);
    // Where there may be more of theirs, they come again.
    if (found.some(({ table, rows }) => rows.length === table.limit)) continue;
    done.chargers += chargers.length;
    const isRound = chargers.length < CHARGERS;
    await remember(env.DB, isRound ? "" : (chargers.at(-1) ?? ""));
    if (isRound) break;
  }
  return done;
}

async function nextChargers(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT key FROM charge_points
       WHERE key > coalesce((SELECT charge_point FROM archive_progress WHERE id = 0), '') ORDER BY key LIMIT ?`,
    )
    .bind(CHARGERS)
    .all<{ key: string }>();
  return results.map(({ key }) => key);
}

const remember = (db: D1Database, chargePoint: string): Promise<D1Result> =>
  db
    .prepare(
      `INSERT INTO archive_progress (id, charge_point) VALUES (0, ?)
       ON CONFLICT (id) DO UPDATE SET charge_point = excluded.charge_point WHERE charge_point <> excluded.charge_point`,
    )
    .bind(chargePoint)
    .run();

async function oldRecords(db: D1Database, chargers: readonly string[], before: number): Promise<Found[]> {
  if (chargers.length === 0) return [];
  const answers = await db.batch<Row>(
    CHARGER_RECORDS.map(({ table, key, at, only, limit }) =>
      db
        .prepare(
          `SELECT * FROM ${table} WHERE charge_point IN (SELECT value FROM json_each(?)) AND ${at} < ?
           ${only === undefined ? "" : `AND ${only}`} ORDER BY charge_point, ${key.join(", ")} LIMIT ?`,
        )
        .bind(JSON.stringify(chargers), before, limit),
    ),
  );
  return CHARGER_RECORDS.map((table, index) => ({ table, rows: answers[index]?.results ?? [] }));
}

/** Up to the first that is young: to look at all of them every hour would cost more than they do. */
async function oldAuditEntries(db: D1Database, before: number): Promise<Row[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM audit_log
       WHERE id < coalesce((SELECT id FROM audit_log WHERE at >= ? ORDER BY id LIMIT 1), 9e15) ORDER BY id LIMIT ?`,
    )
    .bind(before, AUDIT_RECORDS.limit)
    .all<Row>();
  return results;
}

function membersOf(db: D1Database, { table, rows }: Found): Member[] {
  const byCharger = Map.groupBy(rows, ({ charge_point }) => String(charge_point ?? ""));
  return [...byCharger].map(([chargePoint, own]): Member => {
    const at = (row: Row | undefined): number => Number(row?.[table.at] ?? 0);
    const sorted = own.toSorted((a, b) => at(a) - at(b));
    const firstKey = JSON.stringify(table.key.map((column) => sorted[0]?.[column]));
    return {
      lines: sorted.map((row) => lineOf(table, row)),
      place: ({ archiveId, offset, length }) =>
        db
          .prepare(
            `INSERT INTO archived_records (charge_point, kind, first_at, first_key, last_at, archive_id, offset, length, lines)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .bind(
            ...[chargePoint, table.kind, at(sorted[0]), firstKey, at(sorted.at(-1))],
            ...[archiveId, offset, length, sorted.length],
          ),
    };
  });
}

/** A row as people read it: names as in the API, times in ISO 8601, JSON as what it is. */
function lineOf({ kind, at, json = [] }: RecordTable, row: Row): object {
  const members = Object.entries(row).map(([column, value]) => {
    const name = column.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (typeof value === "number" && /(^|_)at$/.test(column)) return [name, new Date(value).toISOString()];
    return [name, typeof value === "string" && json.includes(column) ? JSON.parse(value) : value];
  });
  return { kind, at: new Date(Number(row[at])).toISOString(), ...Object.fromEntries(members) };
}

/** Of these very rows. */
function removal(db: D1Database, { table: { table, key }, rows }: Found): D1PreparedStatement {
  const values = key.map((_, index) => `value ->> ${index}`);
  return db
    .prepare(`DELETE FROM ${table} WHERE (${key.join(", ")}) IN (SELECT ${values.join(", ")} FROM json_each(?))`)
    .bind(JSON.stringify(rows.map((row) => key.map((column) => row[column]))));
}
