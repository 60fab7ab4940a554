// The tail Worker's entry: what the main Worker logged goes to the bulk endpoint.
import { ship } from "./bulk.ts";
import { documentsOf, type Trace } from "./documents.ts";

export interface ShipperEnv {
  BULK_URL: string;
  INDEX: string;
  BULK_AUTHORIZATION?: string;
}

export default {
  async tail(traces: readonly Trace[], env: ShipperEnv): Promise<void> {
    if (env.BULK_URL === "") return;
    const documents = traces.flatMap(documentsOf);
    if (documents.length === 0) return;
    await ship(documents, { url: env.BULK_URL, index: env.INDEX, authorization: env.BULK_AUTHORIZATION });
  },
};
