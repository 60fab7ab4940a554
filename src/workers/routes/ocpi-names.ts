// Documents of OCPI may be posted as they are: its snake_case names are read as our camelCase ones.
import { z } from "@hono/zod-openapi";

export function ocpi<S extends z.ZodType>(schema: S) {
  return z.preprocess(camelCased, schema);
}

function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [camelCase(name), camelCased(member)]));
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
