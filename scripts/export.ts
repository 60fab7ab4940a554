// npm run export -- --to FOLDER [--url http://127.0.0.1:8787]
import { parseArgs } from "node:util";
import { deploymentAt } from "./state/client.ts";
import { exportState } from "./state/export.ts";

const { values } = parseArgs({
  options: { to: { type: "string" }, url: { type: "string", default: "http://127.0.0.1:8787" } },
});
if (values.to === undefined) throw new Error("say where to: --to FOLDER");
const lines = await exportState(await deploymentAt(values.url, process.env), values.to);
console.log(`${values.url} is in ${values.to}: ${lines} lines`);
