// Baseline (a): parses a frame and answers.
export { BareActor as ChargePoint } from "./actor.ts";
export { HistoryWriter, worker as default } from "./worker.ts";
