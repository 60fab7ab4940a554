// The official schemas of every command, of the version that the charger speaks, fetched when a form needs them.
import type { RJSFSchema } from "@rjsf/utils";
import { useQuery } from "@tanstack/react-query";

interface ActionSchemas {
  request: RJSFSchema;
  response?: RJSFSchema;
}

type VersionSchemas = Record<string, ActionSchemas> & { components: Record<string, RJSFSchema> };

const files = import.meta.glob<VersionSchemas>("../../../../../src/ocpp/generated/openapi-*.json", {
  import: "default",
});

export interface CommandSchemas {
  actions: string[];
  /** The request of an action; undefined: the version has no such command. */
  request(action: string): RJSFSchema | undefined;
}

/** @param version e.g. 2.0.1 */
export function useCommandSchemas(version: string) {
  return useQuery({
    queryKey: ["command-schemas", version],
    queryFn: () => load(version),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

async function load(version: string): Promise<CommandSchemas> {
  const name = `openapi-v${version.replaceAll(".", "")}.json`;
  const [, file] = Object.entries(files).find(([path]) => path.endsWith(`/${name}`)) ?? [];
  if (file === undefined) throw new Error(`there are no schemas for OCPP ${version}`);
  const { components, ...actions } = await file();
  // References start at the document: its shared part goes along with each request.
  const shared = {
    schemas: Object.fromEntries(Object.entries(components).map(([key, schema]) => [key, plain(schema)])),
  };
  return {
    actions: Object.keys(actions).sort(),
    request(action) {
      const request = actions[action]?.request;
      return request && { ...plain(request), components: shared };
    },
  };
}

/** Without what vendors may add anywhere: a form of it would be mostly that. Raw JSON takes it. */
function plain(schema: RJSFSchema): RJSFSchema {
  if (schema.properties === undefined) return schema;
  const { customData: _vendors, ...properties } = schema.properties;
  return { ...schema, properties };
}
