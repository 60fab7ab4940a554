// A configuration template as clients see it.
import { z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { configurationTemplates as table } from "../../db/schema.ts";
import { Timestamp, timestamp } from "./fields.ts";
import { KeyValue, VariableValue } from "./setting-fields.ts";

const MAX_SETTINGS = 300;

const content = {
  name: z.string().min(1).max(100),
  vendor: z.string().min(1).max(50).nullable().openapi({ description: "Only chargers of it; null: any. Without case" }),
  model: z.string().min(1).max(50).nullable(),
  onBoot: z.boolean().openapi({
    description:
      "Applied by itself at each boot of a charger that matches: of several the most specific. After the boot on OCPP " +
      "1.6; on 2.x the boot is answered Pending meanwhile, and the charger asked to boot again. Not after " +
      "more than three boots within an hour: then a finding says so",
  }),
  configuration: z.array(KeyValue).max(MAX_SETTINGS).openapi({ description: "For OCPP 1.6" }),
  variables: z.array(VariableValue).max(MAX_SETTINGS).openapi({ description: "For OCPP 2.x" }),
  note: z.string().max(500).nullable(),
};

export const Template = z
  .object({
    id: z.string(),
    version: z.int().openapi({ description: "Counts the changes of what it sets" }),
    ...content,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .openapi("ConfigurationTemplate");

export const NewTemplate = z
  .strictObject({
    ...content,
    vendor: content.vendor.default(null),
    model: content.model.default(null),
    onBoot: content.onBoot.default(false),
    configuration: content.configuration.default([]),
    variables: content.variables.default([]),
    note: content.note.default(null),
  })
  .openapi("NewConfigurationTemplate");

export const TemplatePatch = z.strictObject(content).partial().openapi("ConfigurationTemplatePatch");

export type TemplateRow = typeof table.$inferSelect;

export function present(row: TemplateRow): z.infer<typeof Template> {
  const { configuration, variables, createdAt, updatedAt, ...rest } = row;
  return {
    ...rest,
    configuration: JSON.parse(configuration),
    variables: JSON.parse(variables),
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
  };
}

/** How it is stored. */
export const columns = (template: z.infer<typeof NewTemplate>) => ({
  ...template,
  vendor: template.vendor?.toLowerCase() ?? null,
  model: template.model?.toLowerCase() ?? null,
  configuration: JSON.stringify(template.configuration),
  variables: JSON.stringify(template.variables),
});

export async function findTemplate(env: Env, templateId: string): Promise<TemplateRow | undefined> {
  return database(env).query.configurationTemplates.findFirst({ where: eq(table.id, templateId) });
}
