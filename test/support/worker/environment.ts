// An actor that lives in another deployment: other variables, the same storage. Until it is evicted.
import { runInDurableObject } from "cloudflare:test";
import type { ChargePoint } from "../../../src/durable-objects/charge-point.ts";

/** Its parts are protected, which only the type system knows. */
interface Insides {
  parts: { env: Env };
}

export async function deployedWith(stub: DurableObjectStub<ChargePoint>, changes: Partial<Env>): Promise<void> {
  await runInDurableObject(stub, (instance) => {
    const { parts } = instance as unknown as Insides;
    parts.env = { ...parts.env, ...changes };
  });
}
