// A mail, whoever carries it, and what became of an attempt to have it carried.
import type { Result } from "../../result.ts";

export interface Mail {
  /** Names it, also in its Message-ID. */
  id: string;
  to: string;
  subject: string;
  /** Plain text, lines ended by \n. */
  text: string;
}

/** `final`: trying again would not help. */
export interface MailFailure {
  detail: string;
  final: boolean;
}

export type Carried = Result<null, MailFailure>;

/** Split from "Name <address>", or an address alone. */
export interface Sender {
  name: string | undefined;
  address: string;
}

export function senderOf(text: string): Sender {
  const [, name = "", address = text] = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  return { name: name === "" ? undefined : name.replaceAll('"', ""), address: address.trim() };
}
