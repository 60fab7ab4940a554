// Builds the console to where the Worker finds its assets. `vite console` serves it for development, with the API of a
// local `npm start` behind it.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const API = process.env.API_URL ?? "http://127.0.0.1:8787";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/console/",
  plugins: [react()],
  resolve: {
    alias: {
      // A helper for tests in @rjsf/core names it. Ours takes its place, so that nothing that needs `eval` can get in.
      "@rjsf/validator-ajv8": fileURLToPath(new URL("src/pages/charger/commands/validator.ts", import.meta.url)),
    },
  },
  build: {
    outDir: fileURLToPath(new URL("../dist/public/console", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // What a page imports is fetched with the page.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: "manifest.json",
  },
  server: { proxy: { "/api": { target: API, ws: true } } },
});
