// /api/charge-points/{id}/variables: the device model of a 2.x charger, and reading and writing it.
import { createRoute, z } from "@hono/zod-openapi";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { componentKey, type KnownComponent, type KnownVariable } from "../../ocpp/device-model.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { Flag, json, Timestamp } from "./fields.ts";
import { jobResponses, startJob, wait } from "./job.ts";
import { VariableName, VariableValue } from "./setting-fields.ts";

const Attribute = z.object({
  type: z.string().openapi({ example: "Actual" }),
  value: z.string().optional(),
  valueAfterReboot: z.string().optional().openapi({ description: "Taken over, but in force only after a reboot" }),
  mutability: z.string().optional(),
  persistent: z.boolean().optional(),
  constant: z.boolean().optional(),
});

const Monitor = z.object({
  id: z.int(),
  type: z.string().optional(),
  value: z.number().optional(),
  severity: z.int().optional().openapi({ description: "0 is the worst" }),
  transaction: z.boolean().optional(),
  eventNotificationType: z.string().optional(),
  at: Timestamp,
});

const Variable = z
  .object({
    component: z.string(),
    componentInstance: z.string().nullable(),
    evseId: z.int().nullable().openapi({ description: "null: the charging station itself" }),
    connectorId: z.int().nullable(),
    variable: z.string(),
    variableInstance: z.string().nullable(),
    attributes: z.array(Attribute),
    characteristics: z.record(z.string(), z.unknown()).nullable().openapi({
      description: "As OCPP spells them: unit, dataType, minLimit, maxLimit, valuesList, supportsMonitoring",
    }),
    monitors: z.array(Monitor),
    at: Timestamp.openapi({ description: "When something was last told of it" }),
  })
  .openapi("Variable");

const Query = z.strictObject({
  component: z.string().optional(),
  variable: z.string().optional(),
  evseId: z.coerce.number().int().optional(),
  monitored: Flag.optional().openapi({ description: "Only variables with monitors" }),
  ...pageQuery(z.tuple([z.string(), z.string()])),
});

export const variables = createRouter();

const list = createRoute({
  method: "get",
  path: "/{id}/variables",
  tags: ["charge-points"],
  summary: "The device model as far as it is known (OCPP 2.x)",
  description:
    "From NotifyReport, NotifyMonitoringReport and the answers to GetVariables, SetVariables and SetVariableMonitoring. " +
    "Send GetBaseReport (FullInventory) to read it anew; whether all parts of a report came is told by /reports. " +
    "OCPP 1.6 has configuration keys instead: see /configuration.",
  request: { params: Id, query: Query },
  responses: {
    200: { description: "In order of component and variable", content: json(pageOf(Variable)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

variables.openapi(list, async (c) => {
  const { id } = c.req.valid("param");
  const query = c.req.valid("query");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const rows = rowsOf(await chargePointOf(c.env, row.key).deviceModel()).filter((one) => matches(one, query));
  const rest = rows.filter(({ key }) => query.cursor === undefined || isAfter(key, query.cursor));
  return c.json(page(rest.slice(0, query.limit + 1), query.limit, { key: ({ key }) => key, present }), 200);
});

interface Row {
  key: [string, string];
  component: KnownComponent;
  variable: KnownVariable;
}

const rowsOf = (components: KnownComponent[]): Row[] =>
  components
    .flatMap((component) =>
      component.variables.map((variable) => ({ key: keyOf(component, variable), component, variable })),
    )
    .sort((a, b) => (isAfter(a.key, b.key) ? 1 : -1));

const keyOf = (component: KnownComponent, { variable, variableInstance = "" }: KnownVariable): [string, string] => [
  componentKey(component),
  JSON.stringify([variable.toLowerCase(), variableInstance.toLowerCase()]),
];

const isAfter = (a: readonly [string, string], b: readonly [string, string]): boolean =>
  a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);

const isSame = (asked: string | undefined, name: string): boolean =>
  asked === undefined || asked.toLowerCase() === name.toLowerCase();

const matches = ({ component, variable }: Row, query: z.infer<typeof Query>): boolean =>
  isSame(query.component, component.component) &&
  isSame(query.variable, variable.variable) &&
  (query.evseId === undefined || query.evseId === (component.evseId ?? 0)) &&
  (query.monitored === undefined || query.monitored === (variable.monitors !== undefined));

const iso = (at: number): string => new Date(at).toISOString();

const present = ({ component, variable }: Row): z.infer<typeof Variable> => ({
  component: component.component,
  componentInstance: component.componentInstance ?? null,
  evseId: component.evseId ?? null,
  connectorId: component.connectorId ?? null,
  variable: variable.variable,
  variableInstance: variable.variableInstance ?? null,
  attributes: variable.attributes,
  characteristics: variable.characteristics ?? null,
  monitors: (variable.monitors ?? []).map((monitor) => ({ ...monitor, at: iso(monitor.at) })),
  at: iso(variable.at),
});

const MAX_READS = 500;
const MAX_WRITES = 300;

const get = createRoute({
  method: "post",
  path: "/{id}/variables/get",
  tags: ["charge-points"],
  summary: "Read variables, however many (OCPP 2.x)",
  description: "Asked in as many GetVariables as the charger's own limits demand; the answers come back as one job.",
  request: {
    params: Id,
    body: {
      required: true,
      content: json(
        z.strictObject({ variables: z.array(VariableName).min(1).max(MAX_READS), wait }).openapi("VariablesToGet"),
      ),
    },
  },
  responses: jobResponses,
});

variables.openapi(get, async (c) => {
  const { id } = c.req.valid("param");
  const { variables, wait } = c.req.valid("json");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  return startJob(c, row, { kind: "getVariables", items: variables.map((setting) => ({ setting })) }, wait);
});

const set = createRoute({
  method: "post",
  path: "/{id}/variables/set",
  tags: ["charge-points"],
  summary: "Write variables, however many (OCPP 2.x)",
  description: "Sent in as many SetVariables as the charger's own limits demand; the answers come back as one job.",
  request: {
    params: Id,
    body: {
      required: true,
      content: json(
        z.strictObject({ variables: z.array(VariableValue).min(1).max(MAX_WRITES), wait }).openapi("VariablesToSet"),
      ),
    },
  },
  responses: jobResponses,
});

variables.openapi(set, async (c) => {
  const { id } = c.req.valid("param");
  const { variables, wait } = c.req.valid("json");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const items = variables.map(({ value, ...setting }) => ({ setting, wanted: value }));
  return startJob(c, row, { kind: "setVariables", items }, wait);
});
