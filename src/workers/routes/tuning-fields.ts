// What may be tuned for one charger, in requests and answers: made of the table in src/ocpp/tuning.ts.
import { z } from "@hono/zod-openapi";
import { Tuning } from "../../ocpp/tuning.ts";

export const TuningNow = Tuning.openapi("Tuning", { description: "What holds for it, defaults included" });

const nullable = <Shape extends z.ZodRawShape>(shape: Shape) =>
  Object.fromEntries(Object.entries(shape).map(([name, member]) => [name, z.nullable(member).optional()]));

/** Members that are left out stay as they are; null: the default again. */
export const TuningPatch = z.strictObject(nullable(Tuning.shape)).openapi("TuningPatch", {
  description: "Members that are left out stay as they are; null: the default again",
});
