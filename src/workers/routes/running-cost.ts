// What a session costs as it stands: up to now while it goes on, in the end what its bill has.
import { z } from "@hono/zod-openapi";
import { chargeRecord } from "../../billing/charge-record.ts";
import { Cdr } from "../../billing/documents/cdr.ts";
import { billableSession } from "../../billing/session.ts";
import { standingBill } from "../../billing/settle.ts";

export const RunningCost = Cdr.pick({
  currency: true,
  totalCost: true,
  totalEnergy: true,
  totalExportedEnergy: true,
  totalTime: true,
})
  .extend({ cdrId: z.string().nullable().openapi({ description: "Its charge detail record, once there is one" }) })
  .nullable()
  .openapi("RunningCost", { description: "null: it belongs to no location" });

export async function runningCost(env: Env, transactionId: string): Promise<z.infer<typeof RunningCost>> {
  const standing = await standingBill(env, transactionId);
  if (standing !== undefined) return shown(Cdr.parse(JSON.parse(standing.cdr)), standing.id);
  const session = await billableSession(env, transactionId);
  return session === undefined ? null : shown(chargeRecord(session, transactionId, new Date()), null);
}

const shown = (cdr: Cdr, cdrId: string | null) => ({
  ...{ currency: cdr.currency, totalCost: cdr.totalCost, totalTime: cdr.totalTime, cdrId },
  ...{ totalEnergy: cdr.totalEnergy, totalExportedEnergy: cdr.totalExportedEnergy },
});
