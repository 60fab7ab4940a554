// /api/driver/id-tokens: a driver's own cards and accounts.
import { createRoute, z } from "@hono/zod-openapi";
import { database } from "../../db/client.ts";
import { addOwnToken, giveUpToken, tokensOf, unknownToken } from "../driver/own-tokens.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { IdToken, presentIdToken, TokenText } from "./id-token.ts";

export const driverTokens = createRouter();

const list = createRoute({
  method: "get",
  path: "/id-tokens",
  tags: ["driver"],
  summary: "My id tokens",
  responses: {
    200: { description: "All of them", content: json(z.object({ items: z.array(IdToken) })) },
    ...problemResponses(401, 403),
  },
});

driverTokens.openapi(list, async (c) => {
  const rows = await tokensOf(database(c.env), c.get("principal").id);
  return c.json({ items: rows.map(presentIdToken) }, 200);
});

const add = createRoute({
  method: "post",
  path: "/id-tokens",
  tags: ["driver"],
  summary: "Add an id token of mine",
  description:
    "Without `idToken` one is made, for starting from afar. Under DRIVER_ID_TOKENS `open` it may charge at once, unless it " +
    "has charged before; under `approval` an operator accepts it first; under `closed` this is refused.",
  request: {
    body: {
      required: true,
      content: json(
        z
          .strictObject({ idToken: TokenText.optional(), note: z.string().max(200).nullable().optional() })
          .openapi("OwnIdToken"),
      ),
    },
  },
  responses: { 201: { description: "Added", content: json(IdToken) }, ...problemResponses(400, 401, 403, 409, 422) },
});

driverTokens.openapi(add, async (c) => {
  const added = await addOwnToken(c.env, c.get("principal").id, c.req.valid("json"));
  return added.ok ? c.json(presentIdToken(added.value), 201) : problem(c, added.error);
});

const remove = createRoute({
  method: "delete",
  path: "/id-tokens/{idToken}",
  tags: ["driver"],
  summary: "Give an id token of mine up",
  description: "It is blocked, and stays mine with its sessions: for a card that was lost.",
  request: { params: z.object({ idToken: z.string() }) },
  responses: { 204: { description: "It may not charge any more" }, ...problemResponses(401, 403, 404) },
});

driverTokens.openapi(remove, async (c) => {
  const { idToken } = c.req.valid("param");
  const isGone = await giveUpToken(c.env, c.get("principal").id, idToken);
  return isGone ? c.body(null, 204) : problem(c, unknownToken(idToken));
});
