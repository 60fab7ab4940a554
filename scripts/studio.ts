// npm run db:studio: a browser of the local database's tables. It reads and writes past the server: it is for looking.
// The client that it needs is native code for this alone, so it is no dependency: who wants it installs it.
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const CLIENTS = ["@libsql/client", "better-sqlite3"];
if (!CLIENTS.some(isInstalled)) {
  console.error(`drizzle-kit needs one of ${CLIENTS.join(" and ")} for this: npm install --no-save ${CLIENTS[0]}`);
  process.exit(1);
}
const folder = resolve(process.env.STATE_DIR ?? ".wrangler/state", "v3/d1/miniflare-D1DatabaseObject");
const files = (await readdir(folder)).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
const [file] = files;
if (file === undefined || files.length > 1) throw new Error(`not one database in ${folder}: start ov2x-edge once`);
const studio = spawn("npx", ["drizzle-kit", "studio", ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, DATABASE_FILE: join(folder, file) },
});
studio.once("exit", (code) => process.exit(code ?? 0));

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
