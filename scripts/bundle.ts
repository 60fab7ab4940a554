// The Worker as one ES module, as `wrangler deploy` would upload it.
import { build } from "esbuild";

/** @returns the module's text */
export async function bundleWorker(): Promise<string> {
  const result = await build({
    entryPoints: ["src/workers/index.ts"],
    bundle: true,
    minify: true,
    keepNames: true,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser", "import"],
    external: ["cloudflare:*", "node:*"],
    write: false,
    logLevel: "warning",
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("the bundler made no output");
  return file.text;
}
