// Is anybody stuck? Every identity that was on the rack, the mad ones included, has to be able to boot, to speak and to
// be commanded.
import { randomUUID } from "node:crypto";
import { Charger } from "./chargers/charger.ts";
import type { Rack } from "./rack.ts";

const PATIENCE_MS = 45_000;
/** A command may meet a moment in which its charger's socket is being replaced. */
const ATTEMPTS = 3;
/** Of the log of one who is stuck: what it was told before, and whether it answered. */
const SHOWN = 30;

export async function stuckOnes(rack: Rack): Promise<string[]> {
  const fleet = rack.lives.map(({ charger }) => charger);
  const mad = rack.fuzzers.map(
    ({ id, dialect }) =>
      new Charger({
        ...{ id, dialect, random: rack.random.fork(), bootsOnReconnect: true },
        url: () => rack.control.chargerUrl,
      }),
  );
  const found = await Promise.all([...fleet, ...mad].map((charger) => check(rack, charger)));
  await Promise.all(mad.map((charger) => charger.close()));
  return found.flatMap((sentence) => (sentence === undefined ? [] : [sentence]));
}

async function check({ operator, rest }: Rack, charger: Charger): Promise<string | undefined> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  const tooLate = new Promise<string>((resolve) =>
    late.addEventListener("abort", () => resolve(`${charger.id} did not come to an end of it`)),
  );
  return Promise.race([speakAndObey(), tooLate]);

  async function speakAndObey(): Promise<string | undefined> {
    const { dialect } = charger;
    const booted = await charger.say(dialect.boot);
    if (booted?.status !== "Accepted") return `${charger.id} could not boot: ${JSON.stringify(booted)}`;
    if ((await charger.say(dialect.heartbeat)) === undefined) return `${charger.id} has no heartbeat`;
    if ((await charger.say(dialect.status(1, false, charger.now(), randomUUID()))) === undefined)
      return `${charger.id} could not tell a status`;
    for (let attempt = 1; ; attempt += 1) {
      const { isAccepted, said } = await operator.ask(charger);
      if (isAccepted) return undefined;
      if (attempt < ATTEMPTS) continue;
      const path = `/api/charge-points/${charger.id}/messages?limit=${SHOWN}`;
      const log = await rest.get(path).catch((error: unknown) => String(error));
      return `${charger.id} does not get its commands: ${said}; newest first, its log: ${JSON.stringify(log)}`;
    }
  }
}
