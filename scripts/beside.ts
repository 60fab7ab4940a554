// A Worker that runs beside ours in a local start and is asked over HTTP. Not by Miniflare's own way to a binding, which
// blocks Node until workerd answers: workerd stops when nobody reads what it prints, and under load both would wait for
// each other for ever.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { V4WorkerOptions } from "miniflare";
import { z } from "zod";

export interface Beside {
  worker: V4WorkerOptions;
  /** How it is asked once there is an address. A failure of its own is an error. */
  at(url: URL): (question: object) => Promise<unknown>;
}

const Shared = z.object({ compatibilityDate: z.string() });

/**
 * @param script plain JavaScript, so that it needs no build; it answers nobody who does not show env.TOKEN
 * @param ours the options of the Worker that it runs beside, as wrangler makes them
 */
export async function workerBeside(
  name: string,
  script: URL,
  ours: unknown,
  more: Pick<V4WorkerOptions, "compatibilityFlags" | "d1Databases" | "durableObjects" | "serviceBindings">,
): Promise<Beside> {
  const { compatibilityDate } = Shared.parse(ours);
  const token = randomBytes(24).toString("base64url");
  const modules = [{ type: "ESModule" as const, path: "beside.js", contents: await readFile(script, "utf8") }];
  return {
    worker: { name, compatibilityDate, bindings: { TOKEN: token }, modules, ...more },
    at: (url) => async (question) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "mf-route-override": name, "content-type": "application/json" },
        body: JSON.stringify(question),
      });
      if (!response.ok) throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
      return response.json();
    },
  };
}
