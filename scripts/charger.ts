/** npm run charger: a simulated charger by hand, or from a script with --do. Import scripts/charger/create.ts instead. */
import { type CliOptions, HELP, readCommandLine } from "./charger/cli-options.ts";
import { runCommand, type Session, splitScenario } from "./charger/commands.ts";
import { createCharger } from "./charger/create.ts";
import { Closed, describe } from "./charger/errors.ts";
import { createPrinter } from "./charger/print.ts";
import { prompt } from "./charger/prompt.ts";

const BAD_USAGE = 2;

try {
  const options = readCommandLine(process.argv.slice(2));
  if (options) await run(options);
  else console.log(HELP);
} catch (error) {
  console.error(`${describe(error)}\nTry --help.`);
  process.exitCode = BAD_USAGE;
}

async function run({ charger: chargerOptions, idTag, scenario, quiet, json }: CliOptions): Promise<void> {
  const charger = createCharger(chargerOptions);
  const printer = createPrinter({ quiet, json });
  charger.on("frame", printer.frame);
  charger.on("log", printer.say);
  charger.on("offline", (reason) => printer.say(`offline: ${reason}`));
  charger.on("status", (connectorId, status) => printer.say(`connector ${connectorId} is ${status}`));

  const leave = async () => {
    await charger.close();
    process.exit(0);
  };
  process.once("SIGINT", leave);
  process.once("SIGTERM", leave);

  const session: Session = { charger, defaultTag: idTag };
  try {
    if (scenario === undefined) {
      const connected = charger.connect();
      const quit = prompt(session, printer, connected, leave);
      await Promise.race([connected, quit]);
      await quit;
    } else {
      await charger.connect();
      for (const command of splitScenario(scenario)) printer.say((await runCommand(session, command)) ?? command);
      await charger.flush();
    }
  } catch (error) {
    if (error instanceof Closed) return;
    printer.fail(describe(error));
    process.exitCode = 1;
  }
  await charger.close();
}
