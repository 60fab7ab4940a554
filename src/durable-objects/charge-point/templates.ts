// Templates that want to be applied at boot: the one that fits this charger best, unless it boots again and again.
import { z } from "zod";
import type { Fact } from "../../ocpp/facts/fact.ts";
import { finding } from "../../ocpp/handler.ts";
import type { JobItem } from "../../ocpp/job.ts";
import type { VersionRow } from "../../ocpp/versions.ts";
import type { Boot } from "./boots.ts";
import type { ProcedureRequest } from "./job-runner.ts";

const MAX_BOOTS = 3;
const BOOT_WINDOW_MS = 3_600_000;

/** A charger whose settings make it boot for ever is left alone, and somebody is told. */
export function bootLoop({ recent = [] }: Boot, now: number): Fact | undefined {
  const count = recent.filter(({ at, isSetup }) => isSetup !== true && at > now - BOOT_WINDOW_MS).length;
  if (count <= MAX_BOOTS) return undefined;
  const detail = `booted ${count} times within an hour: templates are not applied until it comes to rest`;
  return finding("template_boot_loop", detail);
}

export interface TemplateRow {
  id: string;
  name: string;
  version: number;
  configuration: string;
  variables: string;
}

/** What a charger that boots is of, as one text. */
export const modelKey = ({ station }: Pick<Boot, "station">): string =>
  JSON.stringify([station.vendor?.toLowerCase() ?? "", station.model?.toLowerCase() ?? ""]);

/** The best match: of its model, else of its vendor, else of any; of equals the one that was changed last. */
export async function readBootTemplates(
  db: D1Database,
  models: readonly string[],
): Promise<ReadonlyMap<string, TemplateRow>> {
  const { results } = await db
    .prepare(
      `SELECT asked.value AS model_key, t.id, t.name, t.version, t.configuration, t.variables
       FROM json_each(?) AS asked JOIN configuration_templates AS t ON t.id = (
         SELECT best.id FROM configuration_templates AS best
         WHERE best.on_boot = 1 AND (best.vendor IS NULL OR best.vendor = json_extract(asked.value, '$[0]'))
           AND (best.model IS NULL OR best.model = json_extract(asked.value, '$[1]'))
         ORDER BY best.model IS NULL, best.vendor IS NULL, best.updated_at DESC LIMIT 1)`,
    )
    .bind(JSON.stringify(models))
    .all<TemplateRow & { model_key: string }>();
  return new Map(results.map(({ model_key: key, ...template }) => [key, template]));
}

/** As the REST routes stored it: keys of 1.6 and attributes of 2.x alike. */
const Stored = z.array(
  z.object({
    ...{ key: z.string().optional(), component: z.string().optional(), componentInstance: z.string().optional() },
    ...{ evseId: z.number().optional(), connectorId: z.number().optional(), variable: z.string().optional() },
    ...{ variableInstance: z.string().optional(), attributeType: z.string().optional(), value: z.string() },
  }),
);

/** What a template means for a charger of this version; undefined: nothing. */
export function templateRequest(
  { id, name, version, ...template }: TemplateRow,
  { settings }: VersionRow,
  requestedBy: string,
): ProcedureRequest | undefined {
  const all = [template.configuration, template.variables].flatMap((column) => Stored.parse(JSON.parse(column)));
  const items: Pick<JobItem, "setting" | "wanted">[] = all
    .map(({ value, ...setting }) => ({ setting, wanted: value }))
    .filter(({ setting }) => settings.speaks(setting));
  return items.length === 0 ? undefined : { kind: "template", items, template: { id, name, version }, requestedBy };
}
