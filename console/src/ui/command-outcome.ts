// What came of a command, in short words at the edge of the screen. That no answer came is not a failure: nobody knows.
import i18next from "i18next";
import type { Schemas } from "../api/client";
import { ApiProblem } from "../api/problem";
import { notify, notifyFailure } from "./notify";

type Command = Schemas["Command"];

const COLOURS: Record<Command["status"], string> = {
  queued: "yellow",
  sent: "blue",
  accepted: "volt",
  error: "red",
  unknown: "grape",
  expired: "gray",
  cancelled: "gray",
};

/** What the charger said in the field that most answers have; undefined: its answer has no such field. */
export function answeredStatus({ response }: Pick<Command, "response">): string | undefined {
  if (typeof response !== "object" || response === null || !("status" in response)) return undefined;
  return typeof response.status === "string" ? response.status : undefined;
}

export function tellOutcome(command: Command): void {
  const answer = answeredStatus(command);
  const isRefusal = answer !== undefined && /^(Rejected|Failed|NotSupported|NotImplemented|UnlockFailed)/.test(answer);
  const words = i18next.t(`outcomes.${command.status}`);
  notify({
    title: command.action,
    message: [answer === undefined ? words : `${words}: ${answer}`, ...command.remarks].join(" · "),
    color: isRefusal ? "red" : COLOURS[command.status],
    autoClose: isRefusal ? false : 6_000,
  });
}

export function tellRefusal(error: unknown, action: string): void {
  if (!(error instanceof ApiProblem) || error.status !== 504) {
    notifyFailure(error, action);
    return;
  }
  notify({
    title: action,
    message: i18next.t("outcomes.unknown"),
    color: COLOURS.unknown,
  });
}
