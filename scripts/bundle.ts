// The Worker as one ES module, as `wrangler deploy` would upload it.
import { build } from "esbuild";

/**
 * @param minify false only to read a profile
 * @returns the module's text
 */
export async function bundleWorker(entry = "src/workers/index.ts", minify = true): Promise<string> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    minify,
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
