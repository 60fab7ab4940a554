/** The versions a charger can speak. A new one is a file of the same shape and a line here. */
import type { Protocol } from "./driver.ts";
import { v16 } from "./v16.ts";
import { v21 } from "./v21.ts";
import { v201 } from "./v201.ts";

export const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ["1.6", v16],
  ["2.0.1", v201],
  ["2.1", v21],
]);
