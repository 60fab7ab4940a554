// The door to OCPP 2.1. Its messages extend those of 2.0.1, so what is read of them here is the same;
// a block that differs gets a file of its own in this folder.
export { coalesceKey, effects, handlers, readRemoteStart } from "../v201/blocks.ts";
