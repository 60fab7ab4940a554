// What history has, read in two ways that share nothing: over the REST API, and out of D1's own file when the server is
// gone. Each gives claims in the order in which they came.
import { openDatabase } from "../../../test/support/node/broken-database.ts";
import type { Rest } from "../../../test/support/node/rest.ts";
import { CLAIM, type Claim, KINDS, type Kind } from "./claims.ts";

export interface History {
  name: string;
  /** What it keeps. */
  kinds: readonly Kind[];
  read(chargePointId: string): Promise<Claim[]>;
}

const EVSES = [1, 2];

// biome-ignore lint/suspicious/noExplicitAny: JSON of a REST answer, a row of a table
type Row = any;

export function restHistory(rest: Rest, connectorOf: (id: string, evseId: number) => number): History {
  async function read(id: string): Promise<Claim[]> {
    const claims: Claim[] = [];
    const transactions: Row[] = await rest.walk(`/api/transactions?chargePointId=${id}`);
    for (const row of transactions) {
      claims.push(...transactionClaims(row));
      const values: Row[] = await rest.walk(`/api/transactions/${row.id}/meter-values`);
      for (const { sampledAt, sampledValue } of values)
        claims.push(CLAIM.sample(row.ocppTransactionId, sampledAt, sampledValue[0]?.value));
    }
    for (const evseId of EVSES) {
      const connectorId = connectorOf(id, evseId);
      const statuses: Row[] = await rest.walk(`/api/charge-points/${id}/connectors/${evseId}/${connectorId}/statuses`);
      claims.push(
        ...statuses.reverse().map((row) => CLAIM.status(evseId, connectorId, row.status, row.statusAt, row.info)),
      );
    }
    const events: Row[] = await rest.walk(`/api/security-events?chargePointId=${id}`);
    claims.push(...events.map(({ type, techInfo }) => CLAIM.security(type, techInfo)));
    const commands: Row[] = await rest.walk(`/api/charge-points/${id}/commands`);
    claims.push(...commands.filter(isOurs).map(({ payload }) => CLAIM.command(payload.data)));
    return claims;
  }
  return { name: "REST", kinds: KINDS, read };
}

/** What the server asks of its own accord is none of the operator's. */
const isOurs = ({ action }: Row): boolean => action === "DataTransfer";

const SELECT = {
  transactions: `SELECT ocpp_transaction_id AS ocppTransactionId, evse_id AS evseId, connector_id AS connectorId,
    id_token AS idToken, meter_start AS meterStart, started_at AS startedAt, meter_stop AS meterStop,
    stopped_at AS stoppedAt, stop_reason AS stopReason FROM transactions WHERE charge_point = ?`,
  statuses: `SELECT evse_id AS evseId, connector_id AS connectorId, status, status_at AS statusAt, info
    FROM connector_statuses WHERE charge_point = ? ORDER BY seq`,
  events: "SELECT type, tech_info AS techInfo FROM security_events WHERE charge_point = ?",
  commands: "SELECT action, payload FROM commands WHERE charge_point = ?",
};

/** How samples are packed is the product's own business: they are read over REST alone. */
export function fileHistory(stateDir: string): History & { close(): void } {
  const db = openDatabase(stateDir);
  const rows = (sql: string, id: string): Row[] => db.prepare(sql).all(id.toLowerCase());
  return {
    name: "D1",
    kinds: KINDS.filter((kind) => kind !== "sample"),
    read: async (id) => [
      ...rows(SELECT.transactions, id).flatMap(transactionClaims),
      ...rows(SELECT.statuses, id).map((row) =>
        CLAIM.status(row.evseId, row.connectorId, row.status, row.statusAt, row.info),
      ),
      ...rows(SELECT.events, id).map(({ type, techInfo }) => CLAIM.security(type, techInfo)),
      ...rows(SELECT.commands, id)
        .filter(isOurs)
        .map(({ payload }) => CLAIM.command(JSON.parse(payload).data)),
    ],
    close: () => db.close(),
  };
}

const transactionClaims = (row: Row): Claim[] => [
  CLAIM.transaction(row.ocppTransactionId),
  CLAIM.start(row, row.idToken, row.meterStart, row.startedAt),
  ...(row.stoppedAt === null ? [] : [CLAIM.stop(row.ocppTransactionId, row.meterStop, row.stoppedAt, row.stopReason)]),
];
