// IP addresses as sockets spell them, compared as people mean them.
import { isIPv4 } from "node:net";

/** `::ffff:192.0.2.1` is 192.0.2.1; a zone (`fe80::1%eth0`) names an interface of ours, not the other end. */
export function plainAddress(address: string | undefined): string {
  const [bare = ""] = (address ?? "").toLowerCase().split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : bare;
}
