// One row per OCPP version: where its schemas come from and what must be true of them.

import { CHARGER_V16, CHARGER_V21, CHARGER_V201 } from "./directions.ts";
import { INLINE_TYPES_V16 } from "./exceptions.ts";

export interface Version {
  /** As in file names and folders. */
  readonly id: string;
  /** As in the subprotocol, for messages to people. */
  readonly label: string;
  /** Prefix of its schemas in the OpenAPI document, where all versions live side by side. */
  readonly prefix: string;
  /** The schemas that are compiled. */
  readonly source: string;
  /** An independent package's schemas, for the cross-check of the action set only. */
  readonly peer: string;
  readonly actions: number;
  readonly chargerInitiated: readonly string[];
  readonly inlineTypes: Readonly<Record<string, string>>;
}

export const VERSIONS: readonly Version[] = [
  {
    id: "v16",
    label: "1.6",
    prefix: "Ocpp16_",
    source: "ocpp-rpc/lib/schemas/ocpp1_6.json",
    peer: "typed-ocpp/dist/ocpp16/schemas.js",
    actions: 39,
    chargerInitiated: CHARGER_V16,
    inlineTypes: INLINE_TYPES_V16,
  },
  {
    id: "v201",
    label: "2.0.1",
    prefix: "Ocpp201_",
    source: "ocpp-rpc/lib/schemas/ocpp2_0_1.json",
    peer: "typed-ocpp/dist/ocpp20/schemas.js",
    actions: 64,
    chargerInitiated: CHARGER_V201,
    inlineTypes: {},
  },
  {
    id: "v21",
    label: "2.1",
    prefix: "Ocpp21_",
    source: "ocpp-rpc/lib/schemas/ocpp2_1.json",
    peer: "typed-ocpp/dist/ocpp21/schemas.js",
    actions: 91,
    chargerInitiated: CHARGER_V21,
    inlineTypes: {},
  },
];
