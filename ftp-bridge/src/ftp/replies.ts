// Answers on the control connection, and how a failure of the Worker or of the disk reads there.
import type { SignInFailure } from "../access/sign-in.ts";
import type { IntakeFailure } from "../spool/intake.ts";
import type { PathFailure } from "./paths.ts";

export interface Reply {
  code: number;
  /** More than one line: each but the first and last is indented (RFC 959, 4.2). */
  lines: readonly string[];
}

export const reply = (code: number, ...lines: string[]): Reply => ({ code, lines });

export function encodeReply({ code, lines }: Reply): string {
  const clean = lines.map((line) => line.replaceAll(/[\r\n]/g, " "));
  const last = clean.at(-1) ?? "";
  if (clean.length < 2) return `${code} ${last}\r\n`;
  return [`${code}-${clean[0]}`, ...clean.slice(1, -1).map((line) => ` ${line}`), `${code} ${last}`, ""].join("\r\n");
}

const FAILURES: Readonly<Record<IntakeFailure["reason"] | PathFailure, readonly [number, string]>> = {
  away: [451, "The file store is not available, try again later"],
  bad_name: [553, "That name is not allowed"],
  name_too_long: [553, "That name is too long"],
  not_signed_in: [451, "The file store is not available, try again later"],
  forbidden: [550, "Not permitted"],
  not_found: [550, "No such file or folder"],
  conflict: [553, "That name is taken"],
  too_large: [552, "The file is too large"],
  no_space: [552, "The quota is used up"],
  not_understood: [451, "The file store did not understand"],
  bad_offset: [554, "Nothing is there at that offset"],
  disk_full: [452, "No space left for uploads"],
  busy: [450, "The file store is busy, try again later"],
};

export function failureReply({ reason }: { reason: IntakeFailure["reason"] | PathFailure }): Reply {
  const [code, text] = FAILURES[reason];
  return reply(code, text);
}

export const SIGN_IN_FAILURES: Readonly<Record<SignInFailure, Reply>> = {
  refused: reply(530, "Sign-in failed"),
  // The same for a name that exists and for one that does not.
  away: reply(530, "Sign-in failed"),
};
