// The official JSON schemas of the three versions, as fast-check arbitraries: payloads that keep every rule of the
// schema of a message, and payloads that break exactly one.
import fc from "fast-check";
import schemas16 from "ocpp-rpc/lib/schemas/ocpp1_6.json";
import schemas201 from "ocpp-rpc/lib/schemas/ocpp2_0_1.json";
import schemas21 from "ocpp-rpc/lib/schemas/ocpp2_1.json";
import type { Version } from "../../../src/ocpp/versions.ts";

export interface Schema {
  $id?: string;
  $ref?: string;
  type?: string;
  enum?: string[];
  format?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
  definitions?: Record<string, Schema>;
}

const SCHEMAS: Readonly<Record<Version, unknown>> = { "1.6": schemas16, "2.0.1": schemas201, "2.1": schemas21 };

const ENDINGS = { request: ["Request", ".req", ""], response: ["Response", ".conf"] } as const;

/** The schema of one half of an action. */
export function schemaOf(version: Version, action: string, half: keyof typeof ENDINGS): Schema {
  const names = ENDINGS[half].map((ending) => `urn:${action}${ending}`);
  const found = (SCHEMAS[version] as Schema[]).find(({ $id = "" }) => names.includes($id));
  if (found === undefined) throw new Error(`OCPP ${version} has no ${half} of ${action}`);
  return found;
}

/** Payloads that the schema allows, with members in any order, as they look after a trip as JSON. */
export const valid = (root: Schema): fc.Arbitrary<Record<string, unknown>> =>
  value(root, root, 0).map((payload) => JSON.parse(JSON.stringify(payload)));

export const MUTATIONS = {
  "a required member removed": "required",
  "a wrong type": "type",
  "an enum out of range": "enum",
  "an unknown member": "additionalProperties",
  "a string too long": "maxLength",
} as const;
export type Mutation = keyof typeof MUTATIONS;

export interface Mutant {
  mutation: Mutation;
  /** JSON pointer of the member that is wrong, missing or too much. */
  pointer: string;
  payload: Record<string, unknown>;
}

interface Site {
  mutation: Mutation;
  path: (string | number)[];
  /** Undefined: the member goes. */
  put?: unknown;
}

/** Payloads that break one rule of the schema, and only that; nothing where there is no rule to break. */
export const mutants = (root: Schema): fc.Arbitrary<Mutant | undefined> =>
  fc.tuple(valid(root), fc.nat(), fc.nat()).map(([payload, kind, place]) => {
    const sites = [...sitesOf(root, root, payload, [])];
    const kinds = [...new Set(sites.map(({ mutation }) => mutation))];
    const mutation = kinds[kind % kinds.length];
    const ofKind = sites.filter((site) => site.mutation === mutation);
    const site = ofKind[place % ofKind.length];
    return site && { mutation: site.mutation, pointer: pointer(site.path), payload: changed(payload, site) };
  });

const resolved = (schema: Schema, root: Schema): Schema =>
  schema.$ref === undefined ? schema : (root.definitions?.[schema.$ref.replace("#/definitions/", "")] ?? {});

function value(given: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const schema = resolved(given, root);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "string":
      return text(schema);
    case "integer":
      return whole(schema);
    case "number":
      return schema.multipleOf === undefined ? fraction(schema) : multiple(schema.multipleOf);
    case "boolean":
      return fc.boolean();
    case "array": {
      const { items = {}, minItems = 0, maxItems = 3 } = schema;
      const most = Math.max(minItems, Math.min(maxItems, depth < 2 ? 3 : 1));
      return fc.array(value(items, root, depth + 1), { minLength: minItems, maxLength: most });
    }
    case "object":
      return object(schema, root, depth);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function object(schema: Schema, root: Schema, depth: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const members = Object.entries(properties).map(([name, member]) => {
    const present = value(member, root, depth + 1).map((content) => [name, content] as const);
    if (required.includes(name)) return present;
    // The deeper, the rarer: else the payloads of 2.1 explode.
    return fc
      .option(present, { freq: depth < 2 ? 2 : 1, nil: undefined })
      .chain((entry) => (depth < 2 ? fc.constant(entry) : fc.boolean().map((isKept) => (isKept ? entry : undefined))));
  });
  const extra =
    additionalProperties === false
      ? fc.constant([])
      : fc.array(fc.tuple(fc.constantFrom("x-extra", "a/b~c", "é"), fc.jsonValue({ maxDepth: 1 })), { maxLength: 1 });
  return fc.tuple(fc.tuple(...members), extra, fc.nat()).map(([known, more, turn]) => {
    const entries = [...known, ...more].filter((entry) => entry !== undefined);
    const first = entries.length === 0 ? 0 : turn % entries.length;
    return Object.fromEntries([...entries.slice(first), ...entries.slice(0, first)]);
  });
}

function text({ format, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === "date-time") return moment;
  if (format === "uri") return fc.constantFrom("ftp://user@h/%20f", "https://h.test:8443/a?b=c#d", "urn:x:y");
  const most = Math.min(maxLength, 30);
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ maxLength: most }) },
    { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: most }) },
    // As long as it may be, in characters that take two code units.
    { weight: 1, arbitrary: fc.constant("😀".repeat(maxLength)) },
  );
}

/** After 1970: no alarm can be set for the moments before. */
const moment = fc
  .tuple(
    fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
    fc.constantFrom("Z", "z", "+02:00", "-11:30", ".5Z", ".123456+00:00"),
  )
  .map(([date, ending]) => date.toISOString().slice(0, 19) + ending);

const whole = ({ minimum = -(2 ** 53) + 1, maximum = 2 ** 53 - 1 }: Schema): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: Math.max(minimum, -3), max: Math.min(maximum, 20) }) },
    { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) },
    { weight: 1, arbitrary: fc.maxSafeInteger().filter((number) => number >= minimum && number <= maximum) },
  );

const fraction = ({ minimum = -1e308, maximum = 1e308 }: Schema): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: Math.max(minimum, -30), max: Math.min(maximum, 300) }) },
    { weight: 2, arbitrary: fc.double({ min: minimum, max: maximum, noNaN: true }) },
  );

const multiple = (step: number): fc.Arbitrary<number> =>
  fc.integer({ min: -1000, max: 100_000 }).map((count) => count / Math.round(1 / step));

function* sitesOf(given: Schema, root: Schema, content: unknown, path: Site["path"]): Generator<Site> {
  const schema = resolved(given, root);
  if (schema.type !== undefined && path.length > 0)
    for (const put of wrongTypes(schema.type)) yield { mutation: "a wrong type", path, put };
  if (schema.enum !== undefined) yield { mutation: "an enum out of range", path, put: "NoSuchValue" };
  else if (schema.maxLength !== undefined)
    yield { mutation: "a string too long", path, put: "x".repeat(schema.maxLength + 1) };
  if (Array.isArray(content))
    for (const [index, item] of content.entries()) yield* sitesOf(schema.items ?? {}, root, item, [...path, index]);
  else if (schema.type === "object") {
    const { properties = {}, required = [] } = schema;
    for (const name of required) yield { mutation: "a required member removed", path: [...path, name] };
    if (schema.additionalProperties === false)
      yield { mutation: "an unknown member", path: [...path, "no/such~member"], put: 1 };
    for (const [name, member] of Object.entries(content as object)) {
      const known = properties[name];
      if (known !== undefined) yield* sitesOf(known, root, member, [...path, name]);
    }
  }
}

const wrongTypes = (type: string): unknown[] => {
  const others: Record<string, unknown> = { string: "1", number: 1.5, boolean: true, array: [], object: {} };
  const same = type === "integer" ? "" : type;
  return [null, ...Object.entries(others).flatMap(([name, put]) => (name === same ? [] : [put]))];
};

function changed(payload: Record<string, unknown>, { path, put }: Site): Record<string, unknown> {
  const copy = structuredClone(payload);
  // biome-ignore lint/suspicious/noExplicitAny: a walk through any JSON
  const holder = path.slice(0, -1).reduce<any>((at, step) => at[step], copy);
  const last = path.at(-1) ?? "";
  if (put === undefined) delete holder[last];
  else holder[last] = put;
  return copy;
}

const pointer = (path: Site["path"]): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
