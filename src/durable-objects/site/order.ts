// One order to one charger: a limit, in the unit that its connection is told in, and what became of it.
import { powerOf } from "../../energy/electrical.ts";
import { type Connection, loadId } from "../../energy/site.ts";
import { record } from "../../ocpp/read.ts";
import { logError } from "../../workers/log.ts";
import { chargePointOf } from "../stubs.ts";

const ANSWER_WITHIN_MS = 30_000;

/** taken: it is in force. refused: it is not. unknown: nobody can tell, it may be. */
export type Outcome = "taken" | "refused" | "unknown";

interface Asked {
  site: string;
  connection: Connection;
  /** A per phase; below zero: to give back. */
  current: number;
}

export async function giveOrder(env: Env, { site, connection, current }: Asked): Promise<Outcome> {
  const { chargePoint, evseId, unit = "A" } = connection;
  const load = { ...connection, id: loadId(connection) };
  const limit = unit === "A" ? current : Math.trunc(powerOf(load, current));
  try {
    const result = await chargePointOf(env, chargePoint).neutralCommand(
      { kind: "setLimit", params: { evseId, limit, unit } },
      { offline: "fail", requestedBy: `site:${site}` },
      ANSWER_WITHIN_MS,
    );
    if (!result.ok || result.value.status === "cancelled" || result.value.status === "error") return "refused";
    if (result.value.status !== "accepted") return "unknown";
    return record(JSON.parse(result.value.response ?? "{}")).status === "Accepted" ? "taken" : "refused";
  } catch (error) {
    logError("order_failed", error, { site, chargePoint });
    return "unknown";
  }
}
