// The keeper of a local start, as it is asked. Over HTTP, because Miniflare's own way to a binding blocks Node until
// workerd answers: workerd stops when nobody reads what it prints, and under load both would wait for each other for ever.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";

export interface Statement {
  sql: string;
  values: (string | number | null)[];
}

export interface Keeper {
  /** Each batch is one transaction; resolves with the rows of each statement. */
  batches(batches: Statement[][]): Promise<Record<string, unknown>[][][]>;
  scheduled(cron: string): Promise<void>;
}

const NAME = "keeper";

/** What it shares with the Worker that it runs beside. */
const Shared = z.object({
  compatibilityDate: z.string(),
  d1Databases: z.record(z.string(), z.object({ id: z.string() })),
});

const Batches = z.array(z.array(z.array(z.record(z.string(), z.unknown()))));

/** The Worker to run beside the one of this name, and how to reach it once there is an address. */
/** @param options of the Worker that it runs beside, as wrangler makes them */
export async function keeperBeside(worker: string, options: unknown) {
  const { compatibilityDate, d1Databases } = Shared.parse(options);
  const token = randomBytes(24).toString("base64url");
  const contents = await readFile(fileURLToPath(new URL("keeper-worker.js", import.meta.url)), "utf8");
  return {
    worker: {
      name: NAME,
      compatibilityDate,
      compatibilityFlags: ["service_binding_extra_handlers"],
      d1Databases,
      serviceBindings: { WORKER: worker },
      bindings: { TOKEN: token },
      modules: [{ type: "ESModule" as const, path: "keeper.js", contents }],
    },
    at: (url: URL): Keeper => keeperAt(url, token),
  };
}

function keeperAt(url: URL, token: string): Keeper {
  const ask = async (question: object): Promise<unknown> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "mf-route-override": NAME, "content-type": "application/json" },
      body: JSON.stringify(question),
    });
    if (!response.ok) throw new Error(`the keeper answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    batches: async (batches) => Batches.parse(await ask({ batches })),
    async scheduled(cron) {
      await ask({ cron });
    },
  };
}
