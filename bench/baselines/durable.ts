// Baseline (b): the same, and one SQLite insert per frame before the answer leaves.
export { DurableActor as ChargePoint } from "./actor.ts";
export { HistoryWriter, worker as default } from "./worker.ts";
