// The baselines' Worker: the charger's upgrade and the operator's command on the same paths as ours.
import { DurableObject } from "cloudflare:workers";
import type { BaselineEnv } from "./actor.ts";

/** Bound in wrangler.toml; the baselines have no history. */
export class HistoryWriter extends DurableObject {
  counters() {
    return { batches: 0, shipments: 0, rowsWritten: 0 };
  }
}

const CHARGER = /^\/ws\/ocpp\/([^/]+)$/;
const COMMAND = /^\/api\/charge-points\/([^/]+)\/commands$/;

export const worker = {
  async fetch(request: Request, env: BaselineEnv): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, charger] = CHARGER.exec(pathname) ?? [];
    if (charger !== undefined) return env.CHARGE_POINT.getByName(charger).fetch(request);
    const [, commanded] = COMMAND.exec(pathname) ?? [];
    if (commanded === undefined) return new Response("not here\n", { status: 404 });
    const { action, payload }: { action: string; payload: unknown } = await request.json();
    const response = await env.CHARGE_POINT.getByName(commanded).command(action, payload);
    return Response.json({ status: "accepted", response });
  },
  scheduled() {},
};
