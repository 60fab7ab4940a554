import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const SECRETS = {
  JWT_SECRET: "a secret of the tests, long enough for HS256",
  CREDENTIALS_KEY: "another secret of the tests, for chargers' passwords",
  ADMIN_USERNAME: "admin",
  ADMIN_PASSWORD: "admin-password",
};

/** Who may sign up, and where mail goes: into a folder, which the tests read. */
const PEOPLE = { SIGN_UP: "open", MAIL_PROVIDER: "outbox", MAIL_FROM: "CSMS <noreply@csms.test>" };
const OUTBOX = join(tmpdir(), "ov2x-edge-outbox-");

// Where the Worker's `secrets.required` are looked for.
Object.assign(process.env, SECRETS);

export default defineConfig({
  test: {
    // By default one core stays idle: of two that is half of the machine.
    maxWorkers: "100%",
    projects: [
      {
        // Plain functions and scripts, in Node.
        test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        // The FTP bridge, with real clients over real sockets.
        test: { name: "ftp", include: ["ftp-bridge/test/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        // The Worker and its actors, in workerd.
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: { MIGRATIONS: await readD1Migrations("migrations"), ...PEOPLE },
              serviceBindings: { MAIL_OUTBOX: { disk: { path: mkdtempSync(OUTBOX), writable: true } } },
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.ts"],
          setupFiles: ["test/support/worker/setup.ts"],
          testTimeout: 30_000,
        },
      },
      {
        // The console, in a real browser against the whole system.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/support/browser/unpack.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // As long as the browser's own waits: a busy machine is no failure.
          expect: { poll: { timeout: 60_000 } },
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The whole system as processes: real sockets, real clients, real crashes.
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // Alone: its servers and chargers need the machine.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
