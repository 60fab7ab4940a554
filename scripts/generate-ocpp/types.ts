// TypeScript types of a version's messages and definitions.

import { type Model, namedSchemas } from "./model.ts";
import type { Schema } from "./schema.ts";

/** The text of `types-<version>.ts`. */
export function typesModule(model: Model): string {
  return [
    ...namedSchemas(model).map(([name, schema]) => declaration(name, schema)),
    "/** Request payload by action. */",
    "export interface Requests {",
    ...model.messages.map(({ action }) => `  ${action}: ${action}Request;`),
    "}",
    "",
    "/** Response payload by action; a SEND message has none. */",
    "export interface Responses {",
    ...model.messages.filter(({ response }) => response).map(({ action }) => `  ${action}: ${action}Response;`),
    "}",
    "",
  ].join("\n");
}

function declaration(name: string, schema: Schema): string {
  const head = comment(schema, "");
  const body = typeOf(schema, "");
  return body.startsWith("{") ? `${head}export interface ${name} ${body}\n` : `${head}export type ${name} = ${body};\n`;
}

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref;
  // Data of any kind: the payload of DataTransfer.
  if (schema.type === undefined) return "unknown";
  switch (schema.type) {
    case "string":
      return schema.enum?.map((value) => JSON.stringify(value)).join(" | ") ?? "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return schema.items ? `Array<${typeOf(schema.items, indent)}>` : "unknown[]";
    case "object":
      return objectType(schema, indent);
  }
}

function objectType(schema: Schema, indent: string): string {
  const properties = Object.entries(schema.properties ?? {});
  const closed = schema.additionalProperties === false;
  // An empty interface would accept anything but null.
  if (properties.length === 0) return closed ? "Record<string, never>" : "Record<string, unknown>";
  const inner = `${indent}  `;
  const lines = properties.map(([name, property]) => {
    const mark = schema.required?.includes(name) ? "" : "?";
    return `${comment(property, inner)}${inner}${name}${mark}: ${typeOf(property, inner)};`;
  });
  // Only CustomDataType is open, by design of the protocol.
  if (!closed) lines.push(`${inner}[name: string]: unknown;`);
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function comment({ description }: Schema, indent: string): string {
  if (!description) return "";
  return `${indent}/** ${description.replaceAll("*/", "*\\/").replace(/\s*\n\s*/g, `\n${indent} * `)} */\n`;
}
