// What is wrong, newest first, whatever kind it is of. A kind is a row: its newest cases, along an index.

export const TROUBLE_KINDS = [
  "fault",
  "finding",
  "connectionRefused",
  "jobFailed",
  "securityEvent",
  "workFailed",
] as const;
export type TroubleKind = (typeof TROUBLE_KINDS)[number];

export interface Trouble {
  kind: TroubleKind;
  /** Epoch milliseconds. */
  at: number;
  chargePointId: string | null;
  /** What it is called where it comes from: an error code, a finding's code, a reason, a job's kind. */
  code: string;
  detail: string | null;
  /** Of what `kind` says: an attempt's or a job's; null where nothing of the kind has one. */
  reference: string | null;
  evseId: number | null;
  connectorId: number | null;
  count: number;
}

/** Events that chargers tell at each start: nobody has to do anything about them. */
const USUAL = "'StartupOfTheDevice', 'ResetOrReboot', 'FirmwareUpdated', 'SettingSystemTime'";
const names = "coalesce(p.id, t.charge_point) AS chargePointId";
const identified = "LEFT JOIN charge_points p ON p.key = t.charge_point";

const jobsIn = (state: string): string =>
  `SELECT t.created_at AS at, ${names}, t.kind AS code, t.state AS detail, t.id AS reference
   FROM jobs t ${identified} WHERE t.state = '${state}' ORDER BY t.created_at DESC, t.id DESC LIMIT ?1`;

/** `?1`: how many. Members that are left out are null, and the count one. */
export const TROUBLE: readonly { kind: TroubleKind; sql: string }[] = [
  {
    kind: "fault",
    sql: `SELECT t.status_at AS at, ${names}, coalesce(t.vendor_error_code, t.error_code, t.status) AS code,
        t.info AS detail, t.evse_id AS evseId, t.connector_id AS connectorId
      FROM connectors t ${identified} WHERE t.status = 'Faulted' ORDER BY t.status_at DESC LIMIT ?1`,
  },
  {
    kind: "finding",
    sql: `SELECT t.first_at AS at, ${names}, t.code, t.detail, t.count FROM findings t ${identified}
      ORDER BY t.first_at DESC LIMIT ?1`,
  },
  {
    kind: "connectionRefused",
    sql: `SELECT t.last_at AS at, t.identity AS chargePointId, t.reason AS code, t.detail, t.id AS reference, t.count
      FROM connection_attempts t ORDER BY t.last_at DESC, t.id DESC LIMIT ?1`,
  },
  { kind: "jobFailed", sql: jobsIn("failed") },
  { kind: "jobFailed", sql: jobsIn("timedOut") },
  {
    kind: "securityEvent",
    sql: `SELECT t.occurred_at AS at, ${names}, t.type AS code, t.tech_info AS detail FROM security_events t ${identified}
      WHERE t.critical = 1 AND t.type NOT IN (${USUAL})
      ORDER BY t.occurred_at DESC, t.charge_point DESC, t.seq DESC LIMIT ?1`,
  },
  {
    kind: "workFailed",
    sql: `SELECT t.started_at AS at, t.name AS code, t.error AS detail FROM scheduled_work t
      WHERE t.error IS NOT NULL ORDER BY t.started_at DESC LIMIT ?1`,
  },
];

type Row = { at: number; code: string } & { [K in keyof Trouble]?: Trouble[K] | null };

export async function readTrouble(db: D1Database, limit: number): Promise<Trouble[]> {
  const found = await db.batch<Row>(TROUBLE.map(({ sql }) => db.prepare(sql).bind(limit)));
  return found
    .flatMap(({ results }, index) => {
      const kind = TROUBLE[index]?.kind;
      return kind === undefined ? [] : results.map((row) => trouble(kind, row));
    })
    .sort((a, b) => b.at - a.at)
    .slice(0, limit);
}

const trouble = (kind: TroubleKind, { at, code, chargePointId, detail, reference, ...row }: Row): Trouble => ({
  ...{ kind, at, code, chargePointId: chargePointId ?? null, detail: detail ?? null, reference: reference ?? null },
  ...{ evseId: row.evseId ?? null, connectorId: row.connectorId ?? null, count: row.count ?? 1 },
});
