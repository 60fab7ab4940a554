// A day of a site: cars come and go, the grid limits it twice, one charger lies, one falls silent. The cars' clock runs
// fast; the server's does not.
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../test/support/node/random.ts";
import type { Rest } from "../../test/support/node/rest.ts";
import { SiteCharger, type Version } from "./charger.ts";
import { Judge, type JudgedNode } from "./judge.ts";
import { Waiting } from "./waiting.ts";

export interface Plan {
  chargers: number;
  /** Seconds that an hour of the cars takes. */
  hourS: number;
  hours: number;
  /** Cars that come in all. */
  cars: number;
  /** A per phase. */
  gridCurrent: number;
}

export interface Findings {
  judge: Judge;
  waiting: Waiting;
  chargers: SiteCharger[];
  /** Milliseconds from a signal until all obey it. */
  signalMs: number[];
  /** What the site said of those that it does not believe. */
  doubts: Set<string>;
}

const VERSIONS: readonly Version[] = ["1.6", "2.0.1", "2.1"];
const PANELS = 4;
const TICK_MS = 50;
const MEASURE_MS = 2_000;
const GATHER = 20;
/** Of the day: when the grid asks for less, and W. */
const SIGNALS = [
  { from: 7, to: 9, watts: 40_000 },
  { from: 18, to: 20, watts: 30_000 },
];
const LIES = { from: 11, to: 14 };
const SILENT_FROM = 15;
/** A signal's limit is judged once the chargers had this time to follow it. */
const FOLLOW_MS = 2_000;

export function build(prefix: string, { chargers, gridCurrent }: Plan) {
  const nodes: JudgedNode[] = [
    { id: "grid", maxCurrent: gridCurrent },
    ...Array.from({ length: PANELS }, (_, i) => ({ id: `panel${i}`, parent: "grid", maxCurrent: gridCurrent * 0.4 })),
  ];
  const fleet = Array.from({ length: chargers }, (_, i) => {
    const phase = (["L1", "L2", "L3"] as const)[i % 3] ?? "L1";
    const phases = i % 5 === 0 ? (["L1", "L2", "L3"] as const) : [phase];
    const wiring = { node: `panel${i % PANELS}`, phases, maxCurrent: 32 };
    return new SiteCharger(`${prefix}${i}`, VERSIONS[i % VERSIONS.length] ?? "1.6", wiring);
  });
  return { nodes, fleet };
}

export async function siteDay(origin: string, rest: Rest, plan: Plan, random: Random): Promise<Findings> {
  const { nodes, fleet } = build(`SITE${random.between(0, 1e6)}-`, plan);
  for (let i = 0; i < fleet.length; i += GATHER) {
    await Promise.all(fleet.slice(i, i + GATHER).map((one) => one.connect(origin)));
  }
  const transformerId = `T${random.between(0, 1e9)}`;
  const site = await configure(rest, transformerId, nodes, fleet);
  await until(() => fleet.every(({ told }) => told === 0), 60_000, "all chargers to be held at 0 A");
  const judge = new Judge(fleet, nodes);
  const waiting = new Waiting(fleet, nodes);
  const findings: Findings = { judge, waiting, chargers: fleet, signalMs: [], doubts: new Set() };
  const begin = Date.now();
  const at = (hour: number) => new Date(begin + hour * plan.hourS * 1000).toISOString();
  const hourNow = () => (Date.now() - begin) / 1000 / plan.hourS;
  for (const { from, to, watts } of SIGNALS) {
    await rest.post("/api/dso-signals", {
      ...{ type: "capacityLimit", transformerId, unit: "W", periods: [{ from: at(from), to: at(to), value: watts }] },
    });
  }
  const over = new AbortController();
  const work = [
    watch(findings, hourNow, plan, over.signal),
    signals(findings, hourNow, plan, over.signal),
    misbehave(findings, rest, site, hourNow, over.signal),
    ...fleet.map((one) => measure(one, plan, over.signal)),
    traffic(findings, plan, random, hourNow),
  ];
  await wait(plan.hours * plan.hourS * 1000);
  over.abort();
  await Promise.all(work);
  for (const one of fleet) one.close();
  return findings;
}

async function configure(rest: Rest, transformer: string, nodes: JudgedNode[], fleet: readonly SiteCharger[]) {
  const connector = { id: "1", standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" };
  const electric = { maxVoltage: 230, maxAmperage: 32 };
  const { id } = await rest.post("/api/locations", {
    ...{ address: "Odos 1", city: "Athens", country: "GRC", timeZone: "Europe/Athens", substationId: transformer },
    coordinates: { latitude: "37.98", longitude: "23.73" },
    evses: fleet.map((one) => ({ chargePointId: one.id, ocppEvseId: 1, connectors: [{ ...connector, ...electric }] })),
  });
  const connections = fleet.map(({ id: chargePointId, wiring }) => ({ chargePointId, ocppEvseId: 1, ...wiring }));
  const { status, body } = await rest.call("PUT", `/api/sites/${id}`, {
    ...{ policy: "equalShare", lookSeconds: 2, nodes, connections },
  });
  if (status !== 200) throw new Error(`the site was answered ${status} ${JSON.stringify(body)}`);
  return String(id);
}

/** Cars, spread over the day, each for two to six hours. */
async function traffic(findings: Findings, plan: Plan, random: Random, hourNow: () => number): Promise<void> {
  const { chargers } = findings;
  const arrivals = Array.from({ length: plan.cars }, () => random.next() * (plan.hours - 1)).sort((a, b) => a - b);
  const stays: Promise<void>[] = [];
  for (const arrival of arrivals) {
    await wait(Math.max(0, (arrival - hourNow()) * plan.hourS * 1000));
    const free = chargers.filter((one) => !one.isTaken && one.behaviour === "obeys");
    const charger = free[random.between(0, free.length - 1)];
    if (charger === undefined) continue;
    const hours = Math.min(random.between(2, 6), plan.hours - hourNow());
    stays.push(stay(charger, random.between(8, 32), hours * plan.hourS * 1000));
  }
  await Promise.all(stays);
}

async function stay(charger: SiteCharger, appetite: number, ms: number): Promise<void> {
  const begin = performance.now();
  await charger.arrive(appetite);
  await wait(Math.max(0, ms - (performance.now() - begin)));
  await charger.leave();
}

async function measure(charger: SiteCharger, { hourS }: Plan, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await wait(MEASURE_MS);
    if (charger.isCharging && charger.behaviour !== "silent") await charger.measure(MEASURE_MS / 1000 / hourS);
  }
}

async function watch(
  { judge, waiting }: Findings,
  hourNow: () => number,
  plan: Plan,
  over: AbortSignal,
): Promise<void> {
  const grace = FOLLOW_MS / 1000 / plan.hourS;
  let last = performance.now();
  while (!over.aborted) {
    await wait(TICK_MS);
    const hour = hourNow();
    const signal = SIGNALS.find(({ from, to }) => hour >= from && hour < to);
    const isFollowed = signal !== undefined && hour >= signal.from + grace;
    const now = performance.now();
    judge.look(hour, now - last, isFollowed ? signal.watts : undefined);
    waiting.look(now, signal?.watts);
    last = now;
  }
  waiting.end(performance.now());
}

async function signals({ chargers, signalMs }: Findings, hourNow: () => number, plan: Plan, over: AbortSignal) {
  const told = () => chargers.reduce((sum, { told: own = 0, wiring }) => sum + own * wiring.phases.length * 230, 0);
  for (const { from, watts } of SIGNALS) {
    await wait(Math.max(0, (from - hourNow()) * plan.hourS * 1000));
    const begin = performance.now();
    while (told() > watts + 1 && !over.aborted) await wait(5);
    signalMs.push(performance.now() - begin);
  }
}

async function misbehave(
  { chargers, doubts }: Findings,
  rest: Rest,
  site: string,
  hourNow: () => number,
  over: AbortSignal,
) {
  const until = async (hour: number) => {
    while (hourNow() < hour && !over.aborted) await wait(100);
  };
  const anyone = () => chargers.find((one) => one.isCharging && (one.told ?? 0) >= 6 && one.behaviour === "obeys");
  await until(LIES.from);
  const liar = anyone();
  if (liar) Object.assign(liar, { behaviour: "lies", appetite: 32 });
  await until(LIES.to);
  const note = async () => {
    const { loads } = await rest.get(`/api/sites/${site}/status`);
    for (const { doubt } of loads) if (doubt !== null) doubts.add(doubt);
  };
  await note();
  if (liar) liar.behaviour = "obeys";
  await until(SILENT_FROM);
  const silent = anyone();
  if (silent) silent.behaviour = "silent";
  await until(23);
  await note();
  if (silent) silent.behaviour = "obeys";
}

async function until(isSo: () => boolean, ms: number, what: string): Promise<void> {
  for (const end = Date.now() + ms; !isSo(); await wait(20)) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}
