// The Worker's entry: who gets which request, and the actor classes. No logic.

import { billUnbilled } from "../billing/unbilled.ts";
import { app } from "./app.ts";
import { dropExpiredAccess } from "./auth/clean-up.ts";
import { reviveCampaigns } from "./campaigns/driver.ts";
import { connect } from "./connect.ts";
import { isChargerPath } from "./handshake.ts";
import { reconcileConnections } from "./scheduled.ts";

export { ChargePoint } from "../durable-objects/charge-point.ts";
export { FleetFeed } from "../durable-objects/fleet-feed.ts";
export { HistoryWriter } from "../durable-objects/history-writer.ts";
export { Webhook } from "../durable-objects/webhook.ts";

export { FirmwareCampaignWorkflow } from "./campaigns/workflow.ts";

export default {
  fetch(request, env, ctx) {
    // Chargers bypass the app: their path is the hot one, and its middleware is about operators.
    if (isChargerPath(new URL(request.url).pathname)) return connect(request, env, ctx);
    return app.fetch(request, env, ctx);
  },
  async scheduled({ cron }, env) {
    // A local start calls once after it came up: whatever was connected before is not any more.
    await reconcileConnections(env, cron === "startup" ? 0 : undefined);
    await dropExpiredAccess(env);
    await billUnbilled(env);
    await reviveCampaigns(env, Date.now(), cron === "startup");
  },
} satisfies ExportedHandler<Env>;
