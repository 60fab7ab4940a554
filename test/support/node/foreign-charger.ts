// A charger made of someone else's client (ocpp-rpc), in strict mode: what breaks the official schemas, in either
// direction, is noted. It obeys commands as its script says.
import { createRequire } from "node:module";
import { createValidator, RPCClient } from "ocpp-rpc";
import type { Payload } from "./ledger-charger.ts";

/** ocpp-rpc ships the schemas of 2.1 under other names than its own strict mode looks for, and Ajv finds them untidy. */
function validator21() {
  const schemas: { $id: string }[] = createRequire(import.meta.url)("ocpp-rpc/lib/schemas/ocpp2_1.json");
  const rename = ($id: string) => $id.replace(/Request$/, ".req").replace(/Response$/, ".conf");
  const tidied = JSON.stringify(schemas, (_key, value) =>
    value?.type === "string" ? { ...value, additionalProperties: undefined } : value,
  );
  const tidy: typeof schemas = JSON.parse(tidied);
  return createValidator(
    "ocpp2.1",
    tidy.map((schema) => ({ ...schema, $id: rename(schema.$id) })),
  );
}

const VALIDATOR_21 = validator21();

export type Protocol = "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1";

export interface ForeignCharger {
  /** What the CSMS sent so far: action and payload. */
  commands: [action: string, payload: Payload][];
  /** What broke a schema so far. Has to stay empty. */
  violations: string[];
  protocol(): string;
  call(action: string, payload: Payload): Promise<Payload>;
  close(): Promise<void>;
}

export interface ForeignChargerOptions {
  /** e.g. ws://127.0.0.1:8787/ws/ocpp */
  endpoint: string;
  identity: string;
  protocols: Protocol[];
  password?: string;
  /** Its answer to each command that it knows. */
  answers?: Record<string, (payload: Payload) => Payload>;
}

/** Rejects where the upgrade is refused; `code` of the error is the HTTP status. */
export async function connectForeignCharger(options: ForeignChargerOptions): Promise<ForeignCharger> {
  const { endpoint, identity, protocols, password = null, answers = {} } = options;
  const client = new RPCClient({
    endpoint,
    identity,
    protocols,
    password,
    strictMode: true,
    strictModeValidators: [VALIDATOR_21],
    reconnect: false,
    callTimeoutMs: 20_000,
    pingIntervalMs: 30_000,
    deferPingsOnActivity: false,
    respondWithDetailedErrors: false,
    callConcurrency: 1,
    maxBadMessages: 0,
    maxReconnects: 0,
    wsOpts: {},
    headers: {},
    backoff: { initialDelay: 100, maxDelay: 1000, factor: 2, randomisationFactor: 0 },
  });
  const commands: ForeignCharger["commands"] = [];
  const violations: string[] = [];
  client.on("strictValidationFailure", ({ method, error }) => violations.push(`${method}: ${error}`));
  client.on("badMessage", ({ error }) => violations.push(String(error)));
  for (const [action, answer] of Object.entries(answers)) {
    client.handle(action, async ({ params = {} }) => {
      commands.push([action, params]);
      return answer(params);
    });
  }
  await client.connect();
  return {
    commands,
    violations,
    protocol: () => client.protocol ?? "",
    call: async (action, payload) => (await client.call(action, payload)) as Payload,
    close: async () => {
      await client.close({ code: 1000, reason: "done" });
    },
  };
}
