// Goes on where a charger refused how something was said, and remembers what it accepted. The rungs that are left are
// stored with the command, so a crash in between loses none.
import type { Ladder } from "../../ocpp/ladder.ts";
import { record } from "../../ocpp/read.ts";
import { isVersion } from "../../ocpp/versions.ts";
import type { Calls } from "./calls.ts";
import { prepareCommand } from "./command-request.ts";
import type { Commands, HeldCommand } from "./commands.ts";
import type { State } from "./state.ts";

interface Parts {
  state: State;
  commands: Commands;
  calls: Calls;
}

const REFUSALS: ReadonlySet<unknown> = new Set(["Rejected", "NotSupported", "NotImplemented"]);

const isRefused = ({ status, response }: HeldCommand): boolean =>
  status === "error" || (status === "accepted" && REFUSALS.has(record(JSON.parse(response ?? "{}")).status));

/** A time-out is no refusal: the charger may have acted. */
export function commandClimbs({ state, commands, calls }: Parts, id: string, now: number): void {
  const command = commands.get(id);
  const ladder = command?.ladder;
  if (command === undefined || ladder === undefined || command.next !== undefined) return;
  const [rung, ...left] = ladder.otherwise;
  const goesOn = rung !== undefined && rung.manner === ladder.manner;
  if (!isRefused(command)) {
    if (command.status !== "accepted") return;
    if (!goesOn) {
      if (ladder.isClimbed && ladder.topic !== "") state.learn(ladder.topic, ladder.manner);
      return;
    }
  } else if (goesOn) return;
  if (rung === undefined || !isVersion(command.ocppVersion)) return;
  const [call, ...together] = rung.calls;
  if (call === undefined) return;
  const rest = together.length > 0 ? [{ manner: rung.manner, calls: together }] : left;
  const next: Ladder = {
    topic: ladder.topic,
    manner: rung.manner,
    otherwise: rest,
    isClimbed: ladder.isClimbed || !goesOn,
  };
  const { offline, requestedBy, expiresAt } = command;
  const request = { ...call, offline, requestedBy, expiresAt, version: command.ocppVersion, ladder: next };
  const prepared = prepareCommand(request, command.ocppVersion, undefined, now);
  if (!prepared.ok) return;
  const remarks = [`${goesOn ? "follows" : "in place of"} ${command.id}`];
  state.keep(() => commands.save({ ...command, next: prepared.value.id }));
  calls.submit({ ...prepared.value, remarks }, now);
}
