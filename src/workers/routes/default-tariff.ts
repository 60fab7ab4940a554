// A tariff of ours to a charger of OCPP 2.1, which shows its prices and reckons with them: SetDefaultTariff.
import { createRoute, z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { StoredTariff } from "../../billing/documents/tariff.ts";
import { ocppTariff } from "../../billing/ocpp-tariff.ts";
import { database } from "../../db/client.ts";
import { tariffs } from "../../db/schema.ts";
import { problem } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Id } from "./charge-point-lookup.ts";
import { commandOptions, commandResponses as responses } from "./command-options.ts";
import { json } from "./fields.ts";
import { send } from "./send-command.ts";

export const defaultTariff = createRouter();

const set = createRoute({
  method: "post",
  path: "/{id}/default-tariff",
  tags: ["commands"],
  summary: "Give a charger of OCPP 2.1 one of our tariffs",
  description:
    "422 where OCPP has no words for it. It replaces the charger's present one; the bill stays ours to make.",
  request: {
    params: Id,
    body: {
      required: true,
      content: json(
        z
          .strictObject({
            tariffId: z.string().openapi({ description: "Of /api/tariffs" }),
            evseId: z.int().min(0).default(0).openapi({ description: "0: all of them" }),
            ...commandOptions,
          })
          .openapi("NewDefaultTariff"),
      ),
    },
  },
  responses,
});

defaultTariff.openapi(set, async (c) => {
  const { id } = c.req.valid("param");
  const { tariffId, evseId, wait, offline, expiresAt } = c.req.valid("json");
  const row = await database(c.env).query.tariffs.findFirst({ where: eq(tariffs.id, tariffId) });
  const wrong = (detail: string) =>
    problem(c, { reason: "invalid", detail, errors: [{ pointer: "/tariffId", detail }] });
  if (row === undefined) return wrong(`There is no tariff ${tariffId}.`);
  const said = ocppTariff(tariffId, StoredTariff.parse(JSON.parse(row.tariff)));
  if (!said.ok) return wrong(said.error);
  const payload = { evseId, tariff: said.value };
  const request = { action: "SetDefaultTariff", payload, version: "2.1", offline } as const;
  return send(c, id, { ...request, expiresAt: expiresAt?.getTime() }, wait, "/tariffId");
});
