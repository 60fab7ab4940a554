// The Worker's entry: who gets which request, and the actor classes. No logic.
import { app } from "./app.ts";
import { connect } from "./connect.ts";
import { isChargerPath } from "./handshake.ts";
import { runScheduledWork } from "./scheduled-work.ts";

export { ChargePoint } from "../durable-objects/charge-point.ts";
export { FleetFeed } from "../durable-objects/fleet-feed.ts";
export { GridOrder } from "../durable-objects/grid-order.ts";
export { HistoryWriter } from "../durable-objects/history-writer.ts";
export { Mailer } from "../durable-objects/mailer.ts";
export { RegistryReader } from "../durable-objects/registry-reader.ts";
export { Site } from "../durable-objects/site.ts";
export { Webhook } from "../durable-objects/webhook.ts";
export { FirmwareCampaignWorkflow } from "./campaigns/workflow.ts";

export default {
  fetch(request, env, ctx) {
    // Chargers bypass the app: their path is the hot one, and its middleware is about operators.
    if (isChargerPath(new URL(request.url).pathname)) return connect(request, env, ctx);
    return app.fetch(request, env, ctx);
  },
  async scheduled({ cron }, env) {
    await runScheduledWork(env, cron);
  },
} satisfies ExportedHandler<Env>;
