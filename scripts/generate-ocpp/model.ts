// From a published list of schemas to the model of one version: messages, and definitions hoisted once.

import type { Direction } from "../../src/ocpp/message.ts";
import { BOTH } from "./directions.ts";
import { SEND_ACTIONS } from "./exceptions.ts";
import { acceptSame, mapSchema, readSchema, readSchemas, record, type Schema } from "./schema.ts";
import type { Version } from "./versions.ts";

export interface Message {
  readonly action: string;
  readonly direction: Direction;
  readonly request: Schema;
  /** Null for a SEND message. */
  readonly response: Schema | null;
}

export interface Model {
  readonly version: Version;
  /** In the order of their names. */
  readonly messages: readonly Message[];
  readonly definitions: ReadonlyMap<string, Schema>;
}

/** Builds the model of a version from its raw schemas; throws on whatever is not understood. */
export function readModel(version: Version, raw: unknown): Model {
  if (!Array.isArray(raw)) throw new Error(`expected a list of schemas in ${version.source}`);
  const definitions = new Map<string, Schema>();
  const schemas = new Map<string, Schema>();
  for (const item of raw) {
    const { definitions: local = {}, ...root } = record(item, version.source);
    const name = messageName(root.$id);
    const hoist = (schema: Schema) => hoistInlineTypes(schema, version, definitions);
    for (const [key, schema] of Object.entries(readSchemas(local, `${name}/definitions`))) {
      define(definitions, key, hoist(schema));
    }
    schemas.set(name, hoist(readSchema(root, name)));
  }
  const actions = [...schemas.keys()].flatMap((name) => (name.endsWith("Request") ? [name.slice(0, -7)] : [])).sort();
  const unknown = version.chargerInitiated.filter((action) => !actions.includes(action));
  if (unknown.length > 0) throw new Error(`OCPP ${version.label} has no such actions: ${unknown.join(", ")}`);
  return {
    version,
    messages: actions.map((action) => ({
      action,
      direction: direction(version, action),
      request: must(schemas, `${action}Request`),
      response: SEND_ACTIONS.includes(action) ? null : must(schemas, `${action}Response`),
    })),
    definitions: new Map([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Every schema of the version by the name of its type: messages and definitions. */
export function namedSchemas({ messages, definitions }: Pick<Model, "messages" | "definitions">): [string, Schema][] {
  return [
    ...definitions,
    ...messages.flatMap(({ action, request, response }): [string, Schema][] =>
      response
        ? [
            [`${action}Request`, request],
            [`${action}Response`, response],
          ]
        : [[`${action}Request`, request]],
    ),
  ];
}

// urn:X.req and urn:X.conf (1.6, 2.0.1), urn:XRequest and urn:XResponse (2.1), urn:X (SEND).
function messageName(id: unknown): string {
  const [, action, suffix] = (typeof id === "string" && /^urn:(\w+?)(\.req|\.conf|Request|Response)?$/.exec(id)) || [];
  if (!action) throw new Error(`unknown schema id ${JSON.stringify(id)}`);
  if (suffix === undefined && !SEND_ACTIONS.includes(action))
    throw new Error(`neither request nor response: ${action}`);
  return action + (suffix === ".conf" || suffix === "Response" ? "Response" : "Request");
}

function direction(version: Version, action: string): Direction {
  if (BOTH.includes(action)) return "both";
  return version.chargerInitiated.includes(action) ? "charger" : "csms";
}

function hoistInlineTypes(schema: Schema, version: Version, definitions: Map<string, Schema>): Schema {
  return mapSchema(schema, (inner, property) => {
    const name = property === undefined ? undefined : version.inlineTypes[property];
    if (name === undefined || inner.type !== "object") return inner;
    define(definitions, name, inner);
    return { $ref: name };
  });
}

// A name stands for one shape in all messages of a version; descriptions may differ, the first one stays.
function define(definitions: Map<string, Schema>, name: string, schema: Schema): void {
  const known = definitions.get(name);
  if (known && !acceptSame(known, schema)) {
    throw new Error(`two different definitions of ${name}`);
  }
  if (!known) definitions.set(name, schema);
}

function must(schemas: ReadonlyMap<string, Schema>, name: string): Schema {
  const schema = schemas.get(name);
  if (!schema) throw new Error(`no schema of ${name}`);
  return schema;
}
