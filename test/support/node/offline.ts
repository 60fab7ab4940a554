// Run by a test inside a network namespace that has nothing but a loopback: starts the server there, lets a charger
// run a session, and prints what history then has.
import { connectForeignCharger } from "./foreign-charger.ts";
import { restClient } from "./rest.ts";
import { startServer } from "./server.ts";

const [, , stateDir = ""] = process.argv;
const server = await startServer({ stateDir, env: { CHARGER_REGISTRATION: "open" } });
try {
  const charger = await connectForeignCharger({
    endpoint: server.chargerUrl,
    identity: "OFFLINE-1",
    protocols: ["ocpp1.6"],
  });
  await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  const start = { connectorId: 1, idTag: "T", meterStart: 1, timestamp: new Date().toISOString() };
  await charger.call("StartTransaction", start);
  const { items } = await restClient(server.url).get("/api/transactions?chargePointId=OFFLINE-1");
  console.log(JSON.stringify({ transactions: items.length }));
} finally {
  await server.kill();
}
process.exit(0);
