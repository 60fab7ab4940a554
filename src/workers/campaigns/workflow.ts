// The driver of a campaign on Cloudflare Workflows: it takes turns and rests between them. It decides nothing, and keeps
// nothing that D1 does not have.
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";
import { type DriverParams, takeOver } from "./driver.ts";
import { takeTurn } from "./turn.ts";

/** An instance may have 1,024 steps on every plan; what is left of the campaign is for the next one. */
const TURNS = 400;
/** A turn that fails is taken again until D1 is back. */
const STUBBORN = { retries: { limit: 1000, delay: "20 seconds", backoff: "constant" }, timeout: "5 minutes" } as const;

export class FirmwareCampaignWorkflow extends WorkflowEntrypoint<Env, DriverParams> {
  override async run({ payload }: WorkflowEvent<DriverParams>, step: WorkflowStep): Promise<void> {
    const { campaignId, generation } = payload;
    for (let turn = 0; turn < TURNS; turn += 1) {
      const rest = await step.do(`turn ${turn}`, STUBBORN, () =>
        takeTurn(this.env, campaignId, generation, Date.now()),
      );
      if (rest === null) return;
      if (rest > 0) await step.sleep(`rest ${turn}`, rest);
    }
    await step.do("hand over", STUBBORN, () => takeOver(this.env, campaignId, generation, Date.now()));
  }
}
