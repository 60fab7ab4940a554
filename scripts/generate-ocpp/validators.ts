// Ajv standalone code: validators as plain ES modules, since workerd forbids eval.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { _, Ajv, type CodeKeywordDefinition, type KeywordCxt } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import { build } from "esbuild";
import { type Model, namedSchemas } from "./model.ts";
import { formats, hasDecimals } from "./runtime.ts";
import { withoutProse } from "./schema.ts";

// Ajv divides, and 8.1 / 0.1 is not an integer; its multipleOfPrecision rounds instead, and lets 1e-9 pass.
const multipleOf: CodeKeywordDefinition = {
  keyword: "multipleOf",
  type: "number",
  schemaType: "number",
  error: {
    message: ({ schemaCode }) => _`"must be multiple of " + ${schemaCode}`,
    params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}`,
  },
  code(context: KeywordCxt) {
    const check = context.gen.scopeValue("func", { ref: hasDecimals, code: _`runtime.hasDecimals` });
    context.fail(_`!${check}(${context.data}, ${decimalsOf(context.schema)})`);
  },
};

/** 0.1 -> 1, 0.01 -> 2. Only powers of ten occur in OCPP; anything else would need another check. */
export function decimalsOf(step: unknown): number {
  const decimals = Math.round(Math.log10(1 / Number(step)));
  if (Number(`1e-${decimals}`) !== step) throw new Error(`multipleOf ${JSON.stringify(step)} is not a power of ten`);
  return decimals;
}

/** The ES module of a version's validators: one export per message, definitions shared between them. */
export async function validatorsModule(model: Pick<Model, "messages" | "definitions">): Promise<string> {
  const ajv = new Ajv({
    strict: true,
    allErrors: false,
    // A definition is a function that all messages call, never a copy inside each of them.
    inlineRefs: false,
    formats,
    code: { source: true, esm: true, lines: false, formats: _`runtime.formats` },
  });
  ajv.removeKeyword("multipleOf");
  ajv.addKeyword(multipleOf);
  for (const [name, schema] of namedSchemas(model)) ajv.addSchema({ ...withoutProse(schema), $id: name });
  const messages = namedSchemas({ messages: model.messages, definitions: new Map() }).map(([name]) => name);
  const code = standaloneCode(ajv, Object.fromEntries(messages.map((name) => [name, name])));
  return bundle(`import * as runtime from "./runtime.ts";\n${code}`);
}

/** What TypeScript sees of it. */
export function validatorsDeclaration({ version, messages }: Model): string {
  const names = namedSchemas({ messages, definitions: new Map() }).map(([name]) => name);
  return [
    `import type { Validate } from "../message.ts";`,
    `import type * as types from "./types-${version.id}.ts";`,
    "",
    ...names.map((name) => `export const ${name}: Validate<types.${name}>;`),
    "",
  ].join("\n");
}

// Resolves Ajv's requires and our runtime file into the one module.
async function bundle(contents: string): Promise<string> {
  const result = await build({
    stdin: { contents, resolveDir: dirname(fileURLToPath(import.meta.url)), loader: "js" },
    bundle: true,
    format: "esm",
    target: "es2022",
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    write: false,
  });
  return result.outputFiles.map((file) => file.text).join("");
}
