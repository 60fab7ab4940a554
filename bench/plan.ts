// How much of everything a run does. The full one takes about a quarter of an hour; the quick one takes about three minutes
// and is for whoever changes code.

export interface Plan {
  rounds: number;
  seconds: number;
  chargers: number;
  stormChargers: number;
  /** Idle for so long that workerd has put the actors to sleep; 0: not measured. */
  asleepMs: number;
  /** Of our maximum throughput. */
  steadyLoads: readonly number[];
  steadySeconds: number;
  fleetSizes: readonly number[];
  historyChargers: number;
  historySeconds: number;
  /** Transactions in D1 for the growth test, and ten times as many. */
  historyBase: number;
  listRequests: number;
}

export const FULL: Plan = {
  rounds: 4,
  seconds: 1.5,
  chargers: 50,
  stormChargers: 2000,
  asleepMs: 13_000,
  steadyLoads: [0.25, 0.5, 0.75],
  steadySeconds: 2.5,
  fleetSizes: [10, 50, 200, 500],
  historyChargers: 200,
  historySeconds: 10,
  historyBase: 10_000,
  listRequests: 30,
};

export const QUICK: Plan = {
  rounds: 2,
  seconds: 0.6,
  chargers: 50,
  stormChargers: 200,
  asleepMs: 0,
  steadyLoads: [0.5],
  steadySeconds: 1.5,
  fleetSizes: [10, 100],
  historyChargers: 100,
  historySeconds: 3,
  historyBase: 1_000,
  listRequests: 8,
};

export const WARMUP_S = 0.4;
