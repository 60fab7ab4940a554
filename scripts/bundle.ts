// The Worker as one ES module, as `wrangler deploy` would upload it.
import { build, type Plugin } from "esbuild";

export interface Bundle {
  /** The module itself. */
  text: string;
  /** What it exports: its actors' classes among them. */
  exports: readonly string[];
}

/** @param minify false only to read a profile */
export async function bundleWorker(entry = "src/workers/index.ts", minify = true): Promise<Bundle> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    minify,
    // Or each closure of a frame would be given its name anew.
    keepNames: false,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser", "import"],
    external: ["cloudflare:*", "node:*"],
    write: false,
    metafile: true,
    logLevel: "warning",
    plugins: [requiredBuiltins],
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("the bundler made no output");
  return { text: file.text, exports: Object.values(result.metafile.outputs).flatMap((output) => output.exports) };
}

/** A CommonJS package requires Node's modules, which workerd only imports. wrangler does the same. */
const requiredBuiltins: Plugin = {
  name: "required-builtins",
  setup({ onResolve, onLoad }) {
    const namespace = "required-builtin";
    onResolve({ filter: /^node:/ }, ({ kind, path }) =>
      kind === "require-call" ? { path, namespace } : { path, external: true },
    );
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `import builtin from ${JSON.stringify(path)}; module.exports = builtin;`,
      loader: "js",
    }));
  },
};
