// What meters tell a site: of its sessions, asked of their chargers as often as is worth it, and of its nodes, told over
// the API. Sessions' readings are a cache: their chargers have them. What cannot be asked again is stored.
import { type BaseReading, measuredNodes, surplusOf, withoutChargers, withReading } from "../../energy/base-load.ts";
import { currentIn, type Draw, drawOf, follow, type Track } from "../../energy/draw.ts";
import { isBelow, type Node, PHASES, type Phase } from "../../energy/electrical.ts";
import { loadId, type SiteConfig } from "../../energy/site.ts";
import { logWarning } from "../../log.ts";
import type { SessionReading } from "../charge-point/readings.ts";
import { chargePointOf } from "../stubs.ts";
import type { Opened } from "./observe.ts";

/** What the session's limit was when its meter was read. */
export interface Limited {
  confirmed: number | undefined;
  /** It could follow since then: epoch milliseconds. */
  settledAt: number;
  isChanging: boolean;
}

interface Known {
  transactionId: string;
  draw: Draw;
  track: Track | undefined;
}

/** Wh at the moment from which a session's needs count. */
interface Baseline {
  key: string;
  imported: number;
  exported: number;
}

/** Needs that are told this soon after a session began count from its beginning. */
const AT_START_MS = 2 * 60_000;

export class Meters {
  readonly #env: Env;
  readonly #storage: DurableObjectStorage;
  readonly #sessions = new Map<string, Known>();
  readonly #nodes: Map<string, BaseReading[]>;
  readonly #baselines: Map<string, Baseline>;
  #lookedAt = 0;

  constructor(env: Env, storage: DurableObjectStorage) {
    this.#env = env;
    this.#storage = storage;
    this.#nodes = listed(storage, "base:");
    this.#baselines = listed(storage, "needs:");
  }

  isDue(paceMs: number, now: number): boolean {
    return now - this.#lookedAt >= paceMs;
  }

  /** Asks the chargers of all sessions. One that does not answer says nothing new. */
  async look(opened: readonly Opened[], limitOf: (load: string) => Limited, now: number): Promise<void> {
    this.#lookedAt = now;
    const chargers = [...new Set(opened.map(({ connection }) => connection.chargePoint))];
    const told = (await Promise.all(chargers.map((one) => ask(this.#env, one)))).flat();
    const valuesOf = new Map(told.map(({ transactionId, values }) => [transactionId, values]));
    for (const { connection, transactionId, phasesUsed } of opened) {
      const draw = drawOf(valuesOf.get(transactionId) ?? []);
      if (draw === undefined) continue;
      const id = loadId(connection);
      const { confirmed, settledAt, isChanging } = limitOf(id);
      const isSettled = confirmed !== undefined && !isChanging && draw.at >= settledAt;
      const load = { ...connection, id };
      const track = follow(this.trackOf(id, transactionId), {
        ...{ draw, load, phasesUsed, isSettled },
        allowed: confirmed ?? Number.POSITIVE_INFINITY,
      });
      this.#sessions.set(id, { transactionId, draw, track });
    }
  }

  /** Of this session; undefined: its meter told nothing. */
  trackOf(load: string, transactionId: string): Track | undefined {
    const known = this.#sessions.get(load);
    return known?.transactionId === transactionId ? known.track : undefined;
  }

  /** Wh that a session has taken, less what it gave back, since its needs were told. */
  takenSince({ connection, transactionId, needsAt, since, meterStart }: Opened): number {
    const load = loadId(connection);
    const known = this.#sessions.get(load);
    const draw = known?.transactionId === transactionId ? known.draw : undefined;
    if (draw?.imported === undefined) return 0;
    const { imported, exported = 0 } = draw;
    const key = `${transactionId}@${needsAt}`;
    let base = this.#baselines.get(load);
    if (base?.key !== key) {
      const isFromStart = meterStart !== undefined && needsAt - since < AT_START_MS;
      base = { key, imported: isFromStart ? meterStart : imported, exported };
      this.#baselines.set(load, base);
      this.#storage.kv.put(`needs:${load}`, base);
    }
    return Math.max(0, imported - base.imported) - Math.max(0, exported - base.exported);
  }

  /** @param includesChargers the meter sees the chargers below the node, too */
  tell(config: SiteConfig, node: string, reading: BaseReading, includesChargers: boolean): void {
    const base = includesChargers ? withoutChargers(reading, this.#drawnBelow(config, node, reading.at)) : reading;
    const readings = withReading(this.#nodes.get(node) ?? [], base);
    this.#nodes.set(node, readings);
    this.#storage.kv.put(`base:${node}`, readings);
  }

  /** The nodes with what is measured there, and what the sun leaves. */
  at({ nodes }: SiteConfig, now: number): { nodes: Node[]; surplus: number | undefined } {
    return { nodes: measuredNodes(nodes, this.#nodes, now), surplus: surplusOf(nodes, this.#nodes, now) };
  }

  forgetAllBut(loads: ReadonlySet<string>, nodes: ReadonlySet<string>): void {
    this.#forget("needs:", this.#baselines, loads);
    this.#forget("base:", this.#nodes, nodes);
    for (const load of this.#sessions.keys()) if (!loads.has(load)) this.#sessions.delete(load);
  }

  #forget(prefix: string, known: Map<string, unknown>, kept: ReadonlySet<string>): void {
    for (const id of known.keys()) {
      if (kept.has(id)) continue;
      known.delete(id);
      this.#storage.kv.delete(`${prefix}${id}`);
    }
  }

  #drawnBelow({ nodes, connections }: SiteConfig, node: string, at: number) {
    return connections.flatMap((connection) => {
      const known = this.#sessions.get(loadId(connection));
      // What was read long before says nothing of this moment: then the charger counts as a part of the building.
      if (known === undefined || Math.abs(known.draw.at - at) > FRESH_MS || !isBelow(connection.node, node, nodes))
        return [];
      const { draw } = known;
      const even = currentIn(draw, { ...connection, id: "" })?.least ?? 0;
      // A charger counts its own phases, in the order in which it is wired.
      const on = (phase: Phase) => {
        const own = PHASES[connection.phases.indexOf(phase)];
        return own === undefined ? 0 : (draw.currents[own] ?? even);
      };
      const [L1 = 0, L2 = 0, L3 = 0] = PHASES.map(on);
      return { watts: draw.watts ?? 0, currents: { L1, L2, L3 } };
    });
  }
}

const FRESH_MS = 2 * 60_000;

function listed<T>(storage: DurableObjectStorage, prefix: string): Map<string, T> {
  return new Map([...storage.kv.list<T>({ prefix })].map(([key, value]) => [key.slice(prefix.length), value]));
}

async function ask(env: Env, chargePoint: string): Promise<SessionReading[]> {
  try {
    return await chargePointOf(env, chargePoint).readings();
  } catch (error) {
    logWarning({ event: "readings_failed", chargePoint, detail: String(error) });
    return [];
  }
}
