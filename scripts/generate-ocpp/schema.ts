// The JSON Schema keywords that OCPP uses, and the boundary at which a published schema becomes a typed one.
// A keyword that is not handled here is an error: ignoring it would quietly accept what the specification refuses.

import { isDeepStrictEqual } from "node:util";

const TYPES = ["string", "integer", "number", "boolean", "array", "object"] as const;
const FORMATS = ["date-time", "uri"] as const;

export interface Schema {
  /** The bare name of a hoisted definition. */
  $ref?: string;
  type?: (typeof TYPES)[number];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: false;
  items?: Schema;
  enum?: string[];
  format?: (typeof FORMATS)[number];
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  description?: string;
  default?: unknown;
}

/** Reads a schema (without its `definitions`); throws on any keyword or value not known here, naming the place. */
export function readSchema(raw: unknown, at: string): Schema {
  const schema: Schema = {};
  for (const [keyword, value] of Object.entries(record(raw, at))) {
    const here = `${at}/${keyword}`;
    switch (keyword) {
      case "$ref":
        schema.$ref = definitionName(value, here);
        break;
      case "type":
        schema.type = oneOf(TYPES, value, here);
        break;
      case "format":
        schema.format = oneOf(FORMATS, value, here);
        break;
      case "properties":
        schema.properties = readSchemas(value, here);
        break;
      case "items":
        schema.items = readSchema(value, here);
        break;
      case "required":
      case "enum":
        schema[keyword] = strings(value, here);
        break;
      case "maxLength":
      case "minItems":
      case "maxItems":
      case "minimum":
      case "maximum":
      case "multipleOf":
        schema[keyword] = number(value, here);
        break;
      case "additionalProperties":
        schema.additionalProperties = oneOf([false], value, here);
        break;
      case "description":
        schema.description = prose(string(value, here));
        break;
      case "default":
        schema.default = value;
        break;
      case "additionalItems":
      case "$schema":
      case "$id":
      case "comment":
      case "javaType":
      case "title":
        // No effect on validity: names and remarks; and `items` is never a list here, so `additionalItems` says nothing.
        break;
      default:
        throw new Error(`unknown schema keyword "${keyword}" at ${at}`);
    }
  }
  // On a string (enums of 2.1) it constrains nothing, and Ajv's strict mode refuses it.
  if (schema.type !== "object") delete schema.additionalProperties;
  return schema;
}

/** Reads a map of schemas: `properties` or `definitions`. */
export function readSchemas(raw: unknown, at: string): Record<string, Schema> {
  return Object.fromEntries(Object.entries(record(raw, at)).map(([name, s]) => [name, readSchema(s, `${at}/${name}`)]));
}

/**
 * The same schema with `change` applied to every schema inside it, innermost first, and then to itself.
 * `property` is the name it stands under; the items of a list stand under the name of the list.
 */
export function mapSchema(
  schema: Schema,
  change: (schema: Schema, property?: string) => Schema,
  property?: string,
): Schema {
  const copy: Schema = { ...schema };
  if (schema.properties) {
    copy.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, inner]) => [key, mapSchema(inner, change, key)]),
    );
  }
  if (schema.items) copy.items = mapSchema(schema.items, change, property);
  return change(copy, property);
}

/** What decides validity, and nothing else. */
export function withoutProse(schema: Schema): Schema {
  return mapSchema(schema, ({ description: _, default: __, ...rest }) => rest);
}

/** Do two schemas accept the same payloads? The order of names and of enum values does not matter. */
export function acceptSame(a: Schema, b: Schema): boolean {
  const canonical = (schema: Schema) =>
    mapSchema(withoutProse(schema), (inner) => ({
      ...inner,
      required: [...(inner.required ?? [])].sort(),
      enum: [...(inner.enum ?? [])].sort(),
    }));
  return isDeepStrictEqual(canonical(a), canonical(b));
}

/** Narrows to an object, or throws naming the place. */
export function record(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`expected an object at ${at}`);
  return { ...value };
}

function string(value: unknown, at: string): string {
  if (typeof value !== "string") throw new Error(`expected a string at ${at}`);
  return value;
}

function number(value: unknown, at: string): number {
  if (typeof value !== "number") throw new Error(`expected a number at ${at}`);
  return value;
}

function strings(value: unknown, at: string): string[] {
  if (!Array.isArray(value)) throw new Error(`expected a list at ${at}`);
  return value.map((item, index) => string(item, `${at}/${index}`));
}

function oneOf<const T>(allowed: readonly T[], value: unknown, at: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`unknown value ${JSON.stringify(value)} at ${at}`);
  return found;
}

function definitionName(value: unknown, at: string): string {
  const name = /^#\/definitions\/(\w+)$/.exec(string(value, at))?.[1];
  if (name === undefined) throw new Error(`unknown reference ${JSON.stringify(value)} at ${at}`);
  return name;
}

// 2.0.1 leads many descriptions with a modelling name and its urn, which mean nothing to a reader.
function prose(text: string): string {
  return text
    .replaceAll("\r", "")
    .replace(/^[^\n]*\nurn:x-[^\n]*\n?/gm, "")
    .trim();
}
