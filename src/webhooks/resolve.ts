// Asks public DNS where a name leads to, over HTTPS: a Worker has no resolver of its own to ask.

import { z } from "@hono/zod-openapi";
import { logWarning } from "../log.ts";
import { within } from "./within.ts";

const RESOLVER = "https://cloudflare-dns.com/dns-query";
const TIMEOUT_MS = 2_000;
const ADDRESS_TYPES = { A: 1, AAAA: 28 } as const;

const Answer = z.object({ Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]) });

/** Never throws: a resolver that cannot be asked knows nothing, and the platform refuses private networks on its own. */
export async function resolvePublicly(host: string): Promise<string[]> {
  const answers = await Promise.all((["A", "AAAA"] as const).map((type) => ask(host, type)));
  return answers.flat();
}

async function ask(host: string, type: keyof typeof ADDRESS_TYPES): Promise<string[]> {
  try {
    const url = `${RESOLVER}?name=${encodeURIComponent(host)}&type=${type}`;
    const { Answer: answers } = await within(TIMEOUT_MS, async (signal) => {
      const response = await fetch(url, { headers: { accept: "application/dns-json" }, signal });
      return Answer.parse(await response.json());
    });
    return answers.flatMap((answer) => (answer.type === ADDRESS_TYPES[type] ? [answer.data] : []));
  } catch (error) {
    logWarning({ event: "name_not_resolved", host, detail: String(error) });
    return [];
  }
}
