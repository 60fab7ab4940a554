/** What can be typed at the prompt or written in a scenario: one row per command. */
import type { Charger } from "./create.ts";
import { Refused } from "./errors.ts";
import { parseJson } from "./frame.ts";

export interface Session {
  charger: Charger;
  /** Used where `start` names no tag. */
  defaultTag: string | undefined;
}

interface Row {
  usage: string;
  help: string;
  /** A string that it returns, or resolves to, is shown. */
  run(session: Session, args: string[]): unknown;
}

const EXPECT_WITHIN_MS = 30_000;
const POLL_MS = 50;

const ROWS: Record<string, Row> = {
  help: { usage: "help", help: "this list", run: () => commandHelp() },
  status: { usage: "status", help: "connectors, power and energy", run: ({ charger }) => overview(charger) },
  plug: {
    usage: "plug N",
    help: "put the cable into a vehicle",
    run: ({ charger }, [n]) => charger.plug(connector(n)),
  },
  unplug: { usage: "unplug N", help: "pull the cable", run: ({ charger }, [n]) => charger.unplug(connector(n)) },
  start: {
    usage: "start N [TAG]",
    help: "present a tag and start charging",
    async run({ charger, defaultTag }, [n, tag = defaultTag]) {
      const { id } = await charger.start(connector(n), word(tag, "a tag"));
      return `transaction ${id ?? "started, not known to the CSMS yet"}`;
    },
  },
  stop: { usage: "stop N", help: "stop charging", run: ({ charger }, [n]) => charger.stop(connector(n)) },
  meter: { usage: "meter N", help: "send meter values now", run: ({ charger }, [n]) => charger.meter(connector(n)) },
  pause: {
    usage: "pause N",
    help: "the vehicle stops drawing power",
    run: ({ charger }, [n]) => charger.pause(connector(n), true),
  },
  resume: {
    usage: "resume N",
    help: "the vehicle draws power again",
    run: ({ charger }, [n]) => charger.pause(connector(n), false),
  },
  fault: {
    usage: "fault N CODE",
    help: "break a connector, e.g. GroundFailure",
    run: ({ charger }, [n, code]) => charger.fault(connector(n), word(code, "an error code")),
  },
  clear: { usage: "clear N", help: "repair it", run: ({ charger }, [n]) => charger.clearFault(connector(n)) },
  authorize: {
    usage: "authorize TAG",
    help: "ask whether a tag may charge",
    run: ({ charger }, [tag]) => charger.authorize(word(tag, "a tag")),
  },
  certificate: {
    usage: "certificate",
    help: "ask for a certificate of its own",
    run: ({ charger }) => charger.certificate(),
  },
  offline: {
    usage: "offline SECONDS",
    help: "cut the connection for a while",
    run: ({ charger }, [time]) => charger.offline(duration(time)),
  },
  reboot: { usage: "reboot", help: "stop everything and boot again", run: ({ charger }) => charger.reboot() },
  send: {
    usage: "send ACTION JSON",
    help: "send any call",
    async run({ charger }, [action, ...json]) {
      const payload = parseJson(json.join(" ") || "{}");
      if (typeof payload !== "object" || payload === null) throw new Refused("the payload is not a JSON object");
      return JSON.stringify(await charger.send(word(action, "an action"), { ...payload }));
    },
  },
  wait: { usage: "wait TIME", help: "do nothing, e.g. for 30s or 500ms", run: (_, [time]) => sleep(duration(time)) },
  expect: {
    usage: "expect N STATUS [TIME]",
    help: "wait for a status; fail when it does not come",
    async run({ charger }, [n, status, time]) {
      const until = Date.now() + (time ? duration(time) : EXPECT_WITHIN_MS);
      while (charger.status(connector(n)) !== status) {
        if (Date.now() > until) throw new Refused(`connector ${n} is ${charger.status(connector(n))}, not ${status}`);
        await sleep(POLL_MS);
      }
    },
  },
  quit: { usage: "quit", help: "stop open transactions and leave", run: ({ charger }) => charger.quit() },
};

/** Throws a Refused with a clear sentence when the line means nothing or cannot be done. */
export async function runCommand(session: Session, line: string): Promise<string | undefined> {
  const [name = "", ...args] = line.trim().split(/\s+/);
  const row = Object.hasOwn(ROWS, name) ? ROWS[name] : undefined;
  if (!row) throw new Refused(`unknown command "${name}"; try help`);
  const result = await row.run(session, args);
  return typeof result === "string" ? result : undefined;
}

/** Semicolons separate commands, save inside a JSON string. */
export function splitScenario(scenario: string): string[] {
  const parts = scenario.match(/(?:"(?:\\.|[^"\\])*"|[^;"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter(Boolean);
}

export function commandHelp(): string {
  return Object.values(ROWS)
    .map(({ usage, help }) => `  ${usage.padEnd(24)}${help}`)
    .join("\n");
}

function overview(charger: Charger): string {
  const head = `${charger.id} is ${charger.online ? "online" : "offline"}; ${charger.unsent} transaction message(s) unsent`;
  const lines = Array.from({ length: charger.connectors }, (_, index) => {
    const { powerW, registerWh, exportWh, socPercent } = charger.read(index + 1);
    const transaction = charger.transaction(index + 1);
    const session = transaction ? `  transaction ${transaction.id ?? "(no id yet)"} of ${transaction.idToken}` : "";
    const given = exportWh > 0 ? `  ${exportWh} Wh back` : "";
    const soc = socPercent === undefined ? "" : `  ${socPercent} %`;
    return `  ${index + 1}  ${charger.status(index + 1).padEnd(14)}${powerW} W  ${registerWh} Wh${given}${soc}${session}`;
  });
  return [head, ...lines].join("\n");
}

function connector(text: string | undefined): number {
  if (!text || !/^\d+$/.test(text)) throw new Refused("which connector? Give its number");
  return Number(text);
}

function word(text: string | undefined, what: string): string {
  if (!text) throw new Refused(`${what} is missing`);
  return text;
}

/** "500ms", "30s", "2m" or plain seconds. */
function duration(text: string | undefined): number {
  const [, amount, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text ?? "") ?? [];
  if (!amount) throw new Refused(`"${text ?? ""}" is no duration; write 30s, 500ms or 2m`);
  return Number(amount) * { ms: 1, s: 1_000, m: 60_000 }[unit === "ms" || unit === "m" ? unit : "s"];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
