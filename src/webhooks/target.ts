// Where a webhook may go. In production: https, and only to the public internet, as far as that can be known.
import { fail, ok, type Result } from "../result.ts";
import { isPublicAddress } from "./address.ts";

/** `any` is for a start on one machine, where receivers are on the same one. */
export type TargetPolicy = "public" | "any";

/** The addresses of a host; empty where nobody could tell. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const policyOf = ({ WEBHOOK_TARGETS }: { WEBHOOK_TARGETS: string }): TargetPolicy =>
  WEBHOOK_TARGETS === "any" ? "any" : "public";

/** Names that no public name server answers for, and the usual doors to a cloud's own metadata. */
const INWARD = /(^|\.)(localhost|local|internal|intranet|private|corp|home|lan|localdomain|home\.arpa|test|invalid)$/;
const V4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** What is wrong with it as it is written. URL spells every form of an IPv4 address as four numbers. */
export function readTarget(text: string, policy: TargetPolicy): Result<URL, string> {
  const url = URL.parse(text);
  if (url === null) return fail("is not a URL");
  if (url.protocol !== "https:" && !(policy === "any" && url.protocol === "http:")) return fail("has to be https");
  if (url.username !== "" || url.password !== "") return fail("must not carry credentials");
  if (policy === "any") return ok(url);
  const host = hostOf(url);
  const isAddress = V4.test(host) || host.includes(":");
  if (isAddress ? !isPublicAddress(host) : INWARD.test(host) || !host.includes("."))
    return fail(`${url.hostname} is not a host of the public internet`);
  return ok(url);
}

/** The same, and where its name leads to now. */
export async function checkTarget(text: string, policy: TargetPolicy, resolve: Resolve): Promise<Result<URL, string>> {
  const url = readTarget(text, policy);
  if (!url.ok || policy === "any") return url;
  const host = hostOf(url.value);
  if (V4.test(host) || host.includes(":")) return url;
  const inward = (await resolve(host)).find((address) => !isPublicAddress(address));
  return inward === undefined ? url : fail(`${host} leads to ${inward}, which is not of the public internet`);
}

/** Without the brackets of IPv6, and without the dot that ends a full name. */
const hostOf = (url: URL): string =>
  url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
