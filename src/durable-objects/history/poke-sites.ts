// Sites share power anew when something changes at one of their chargers. What is lost here is found when the site looks
// by itself, so it holds up no history.
import type { Fact, FactKind } from "../../ocpp/facts/fact.ts";
import { logError } from "../../workers/log.ts";
import { siteOf } from "../stubs.ts";
import type { Shipment } from "./batch.ts";

const STEERING: ReadonlySet<FactKind> = new Set([
  "connected",
  "disconnected",
  "booted",
  "connectorStatus",
  "transactionStarted",
  "transactionUpdated",
  "transactionStopped",
]);

const isSteering = (fact: Fact): boolean =>
  STEERING.has(fact.kind) || (fact.kind === "transactionDetail" && fact.detail === "chargingNeeds");

const isSteeringIn = ({ rows }: Shipment): boolean => rows.some(({ facts }) => facts.some(isSteering));

/** How long it is remembered which chargers belong to sites, unless a site says that this has changed. */
const REMEMBERED_MS = 60_000;

export class SiteDirectory {
  #sites = new Map<string, string>();
  #readAt = 0;

  /** A site is going to share its power anew for what this tells, as far as is remembered. */
  isAwaited(shipment: Shipment): boolean {
    return this.#sites.has(shipment.chargePoint) && isSteeringIn(shipment);
  }

  /** Never throws. */
  async poke(env: Env, shipments: readonly Shipment[]): Promise<void> {
    const changed = shipments.filter(isSteeringIn).map(({ chargePoint }) => chargePoint);
    if (changed.length === 0) return;
    try {
      await this.#refresh(env);
      const sites = new Set(changed.map((chargePoint) => this.#sites.get(chargePoint)));
      await Promise.all([...sites].map((id) => id && siteOf(env, id).poke()));
    } catch (error) {
      logError("site_not_poked", error, { chargePoints: changed.length });
    }
  }

  forget(): void {
    this.#readAt = 0;
  }

  async #refresh(env: Env): Promise<void> {
    if (Date.now() - this.#readAt < REMEMBERED_MS) return;
    const { results } = await env.DB.prepare(
      "SELECT e.charge_point, e.location_id FROM sites s JOIN location_evses e ON e.location_id = s.id",
    ).all<{ charge_point: string; location_id: string }>();
    this.#sites = new Map(results.map(({ charge_point, location_id }) => [charge_point, location_id]));
    this.#readAt = Date.now();
  }
}
