// The operator of the rack: commands to chargers at random, without end, and a note of what the API said of each.
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../test/support/node/random.ts";
import type { Rest } from "../../test/support/node/rest.ts";
import type { Charger } from "./chargers/charger.ts";
import { CLAIM } from "./judge/claims.ts";

const REST_MS = [30, 250] as const;
/** Short: who does not answer within it is `unknown`, and may still do what was asked. */
const PATIENCE_S = 5;

export interface Asked {
  charger: Charger;
  mark: string;
  isAccepted: boolean;
  /** What the API said. */
  said: string;
}

export class Operator {
  readonly asked: Asked[] = [];
  readonly #rest: Rest;
  readonly #random: Random;

  constructor(rest: Rest, random: Random) {
    this.#rest = rest;
    this.#random = random;
  }

  async work(chargers: readonly Charger[], over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const charger = chargers[this.#random.between(0, chargers.length - 1)];
      if (charger !== undefined) await this.ask(charger);
      await wait(this.#random.between(...REST_MS));
    }
  }

  async ask(charger: Charger): Promise<Asked> {
    const mark = randomUUID();
    const asked: Asked = { charger, mark, isAccepted: false, said: "" };
    this.asked.push(asked);
    charger.book.sent([CLAIM.command(mark)]);
    try {
      const { status, body } = await this.#rest.call("POST", `/api/charge-points/${charger.id}/commands`, {
        action: "DataTransfer",
        payload: { vendorId: "rack", data: mark },
        wait: PATIENCE_S,
      });
      // Whatever the outcome: a command that the API has named is one. A problem names it otherwise.
      if (typeof (body?.id ?? body?.commandId) === "string") charger.book.answered([CLAIM.command(mark)]);
      asked.isAccepted = body?.status === "accepted";
      asked.said = `${status} ${JSON.stringify(body)}`;
    } catch (error) {
      // The server died under it: nothing was promised.
      asked.said = String(error);
    }
    return asked;
  }

  /** Sentences about commands that were done twice, or not at all though the API said so. */
  objections(): string[] {
    return this.asked.flatMap(({ charger, mark, isAccepted }) => {
      const times = charger.obeyed.get(mark) ?? 0;
      if (times > 1) return [`${charger.id} was told ${times} times what was asked once: ${mark}`];
      return isAccepted && times === 0 ? [`${charger.id} was never told what the API calls accepted: ${mark}`] : [];
    });
  }
}
