/** CustomerInformation: what is remembered of a customer, told in parts and forgotten on request. */
import type { TokenMemory } from "../tokens.ts";
import { type Context, tell } from "./context.ts";
import type { Handlers } from "./messages.ts";
import { fromIdToken, iso, parts } from "./types.ts";

/** The longest `data` that the schema allows. */
const PART_CHARS = 512;

export function customerHandlers(context: Context, memory: TokenMemory): Handlers {
  const { station, timers } = context;

  function describeCustomer(token: string | undefined): string {
    if (token === undefined) return "";
    const verdict = memory.recall(token, { useList: true, useCache: true });
    const sessions = station.connectors.filter(({ transaction }) => transaction?.idToken === token);
    return [
      ...(verdict ? [`token ${token}: ${verdict.status}`] : []),
      ...sessions.map(({ id, transaction }) => `transaction ${transaction?.id} at EVSE ${id}`),
    ].join("\n");
  }

  async function report(requestId: number, text: string): Promise<void> {
    const generatedAt = iso(timers.now());
    for (const { items, seqNo, tbc } of parts([...text], PART_CHARS))
      await tell(context, "NotifyCustomerInformation", { requestId, data: items.join(""), seqNo, tbc, generatedAt });
  }

  return {
    CustomerInformation({ requestId, report: wanted, clear, idToken, customerIdentifier, customerCertificate }) {
      const named = [idToken, customerIdentifier, customerCertificate].filter((name) => name !== undefined);
      if (named.length !== 1 || (!wanted && !clear)) return { response: { status: "Invalid" } };
      // Only tokens are remembered here; of any other customer there is nothing to tell.
      const token = idToken && fromIdToken(idToken);
      const text = wanted ? describeCustomer(token) : "";
      if (clear && token !== undefined) memory.forget(token);
      return { response: { status: "Accepted" }, after: () => void report(requestId, text) };
    },
  };
}
