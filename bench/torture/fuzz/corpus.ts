// Real frames to be spoilt: payloads that keep the official schemas, for every action that a charger may start.
import fc from "fast-check";
import { VERSIONS, type Version } from "../../../src/ocpp/versions.ts";
import { schemaOf, valid } from "../../../test/support/worker/schemas.ts";

export interface Specimen {
  action: string;
  payload: Record<string, unknown>;
}

const OF_EACH = 4;

export function corpus(version: Version, seed: number): Specimen[] {
  const row = VERSIONS.find((one) => one.version === version);
  const actions = Object.values(row?.messages ?? {}).filter(({ direction }) => direction !== "csms");
  return actions.flatMap(({ action }) =>
    fc.sample(valid(schemaOf(version, action, "request")), { numRuns: OF_EACH, seed }).map((payload) => ({
      action,
      payload,
    })),
  );
}
