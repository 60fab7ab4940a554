// The schemas of what operators can send, for the OpenAPI 3.1 document: a static asset, never bundled.

import type { Model } from "./model.ts";
import { mapSchema, type Schema } from "./schema.ts";

/** The text of `openapi-<version>.json`: CSMS-initiated actions, and in `components` the definitions they reach. */
export function openapiJson({ version, messages, definitions }: Model): string {
  const components: Record<string, Schema> = {};
  const publish = (schema: Schema): Schema =>
    mapSchema(schema, (inner) => {
      if (inner.$ref === undefined) return inner;
      const name = version.prefix + inner.$ref;
      const definition = definitions.get(inner.$ref);
      if (!definition) throw new Error(`no definition of ${inner.$ref}`);
      if (!components[name]) {
        // Claimed before it is filled, so that a definition may refer to itself.
        components[name] = {};
        components[name] = publish(definition);
      }
      return { ...inner, $ref: `#/components/schemas/${name}` };
    });
  const actions = messages
    .filter(({ direction }) => direction !== "charger")
    .map(({ action, request, response }) => [
      action,
      { request: publish(request), response: response && publish(response) },
    ]);
  return `${JSON.stringify({ ...Object.fromEntries(actions), components })}\n`;
}
