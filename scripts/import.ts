// npm run import -- --from FOLDER [--url http://127.0.0.1:8787]
import { parseArgs } from "node:util";
import { deploymentAt } from "./state/client.ts";
import { importState } from "./state/import.ts";

const { values } = parseArgs({
  options: { from: { type: "string" }, url: { type: "string", default: "http://127.0.0.1:8787" } },
});
if (values.from === undefined) throw new Error("say where from: --from FOLDER");
const { rows, chargers, objects } = await importState(await deploymentAt(values.url, process.env), values.from);
console.log(`${values.url} has ${rows} rows, ${chargers} chargers' states and ${objects} objects of ${values.from}`);
