// A remote start that the charger accepted, and no session came of: the driver stands there, so somebody is told.
import { finding } from "../../ocpp/handler.ts";
import { record } from "../../ocpp/read.ts";
import { type Commands, type HeldCommand, published } from "./commands.ts";
import type { Deadline } from "./deadlines.ts";
import type { Journal } from "./journal.ts";
import { tuningOf } from "./settings.ts";
import type { State } from "./state.ts";

const NOTHING_CAME = "no session came of it";

interface Parts {
  state: State;
  commands: Commands;
  journal: Journal;
}

const isAccepted = ({ response }: HeldCommand): boolean => record(JSON.parse(response ?? "{}")).status === "Accepted";

export function startPatience({ state, commands, journal }: Parts): Deadline {
  const dueOf = ({ status, awaitsSession, finishedAt }: HeldCommand): number => {
    if (awaitsSession !== true || status !== "accepted" || finishedAt === undefined) return Infinity;
    const patience = tuningOf(state.settings).startPatience * 1000;
    return patience === 0 ? Infinity : finishedAt + patience;
  };
  return {
    name: "start patience",
    due() {
      const earliest = Math.min(...commands.all().map(dueOf));
      return Number.isFinite(earliest) ? earliest : undefined;
    },
    fire(now) {
      for (const command of commands.all()) {
        if (now < dueOf(command)) continue;
        const isInVain = isAccepted(command) && !state.transactions.isBegotten(command.id);
        const remarks = [...(command.remarks ?? []), ...(isInVain ? [NOTHING_CAME] : [])];
        const looked: HeldCommand = { ...command, remarks, awaitsSession: undefined };
        if (!isInVain) {
          state.keep(() => commands.save(looked));
          continue;
        }
        const facts = [
          { kind: "command", command: published(looked) } as const,
          finding("start_without_session", `${command.action} was accepted, and no session began`),
        ];
        const frame = JSON.stringify({ event: "start_without_session", commandId: command.id });
        journal.record({ at: now, direction: "event", frame, facts }, () => commands.save(looked));
      }
    },
  };
}
