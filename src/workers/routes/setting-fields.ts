// The names of settings in requests and answers: keys in OCPP 1.6, attributes of variables in 2.x.
import { z } from "@hono/zod-openapi";
import { isSecretSetting } from "../../ocpp/secrets.ts";

const name = z.string().min(1).max(50);

export const componentFields = {
  component: name.openapi({ example: "OCPPCommCtrlr" }),
  componentInstance: name.optional(),
  evseId: z.int().min(0).optional(),
  connectorId: z.int().min(0).optional(),
};

export const variableFields = {
  ...componentFields,
  variable: name.openapi({ example: "HeartbeatInterval" }),
  variableInstance: name.optional(),
};

export const VariableName = z
  .strictObject({
    ...variableFields,
    attributeType: z.enum(["Actual", "Target", "MinSet", "MaxSet"]).optional().openapi({
      description: "Actual if left out",
    }),
  })
  .openapi("VariableName");

/** Rotated by POST /api/charge-points/{id}/credentials: a password in a template would be everyone's. */
const isNoSecret = (name: string): boolean => !isSecretSetting(name);
const NO_SECRET = "is a password: see POST /api/charge-points/{id}/credentials";

export const VariableValue = VariableName.extend({
  variable: variableFields.variable.refine(isNoSecret, NO_SECRET),
  value: z.string().max(2500),
}).openapi("VariableValue");

export const KeyValue = z
  .strictObject({ key: z.string().min(1).max(50).refine(isNoSecret, NO_SECRET), value: z.string().max(500) })
  .openapi("ConfigurationKeyValue");
