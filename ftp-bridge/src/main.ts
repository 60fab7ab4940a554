// The bridge as a process of its own.
import { startBridge } from "./bridge.ts";
import { readConfig } from "./config.ts";
import { createLog, describe } from "./log.ts";

try {
  const config = readConfig(process.env);
  const log = createLog(config.FTP_LOG_LEVEL);
  const bridge = await startBridge(config, log);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void bridge.stop().then(() => process.exit(0)));
  }
} catch (error) {
  createLog("error").error("not_started", { detail: describe(error) });
  process.exit(1);
}
