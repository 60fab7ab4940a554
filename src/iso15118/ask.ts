// From a handler's need to its answer. Never throws: the charger waits, and "nobody could be asked" is an answer, too.
import { logWarning } from "../log.ts";
import type { Iso15118Answer, Iso15118Need } from "../ocpp/iso15118.ts";
import type { Iso15118Provider } from "./provider.ts";

export async function ask(provider: Iso15118Provider, need: Iso15118Need): Promise<Iso15118Answer> {
  try {
    switch (need.kind) {
      case "contract":
        return { kind: "contract", status: await provider.contract(need) };
      case "certificateStatus":
        return { kind: "certificateStatus", ocspResult: await provider.certificateStatus(need.ocsp) };
      case "chainStatus":
        return { kind: "chainStatus", statuses: await provider.chainStatus(need.requests) };
      case "evCertificate":
        return { kind: "evCertificate", ...(await provider.evCertificate(need)) };
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    logWarning({ event: "iso15118_provider_away", need: need.kind, detail });
    return { kind: "away", detail };
  }
}
