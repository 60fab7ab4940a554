// Active mode: the charger names its port. Only its own address is connected to, and no privileged port (RFC 2577).
import { connect, isIP, type Socket } from "node:net";
import { plainAddress } from "./addresses.ts";
import { CONNECT_TIMEOUT_MS, type DataPort } from "./port.ts";

const LOWEST_PORT = 1024;

export interface Target {
  host: string;
  port: number;
}

/** PORT h1,h2,h3,h4,p1,p2 */
export function parsePort(argument: string): Target | undefined {
  if (!/^\d{1,3}(,\d{1,3}){5}$/.test(argument)) return undefined;
  const numbers = argument.split(",").map(Number);
  if (numbers.some((number) => number > 255)) return undefined;
  const [, , , , high = 0, low = 0] = numbers;
  return { host: numbers.slice(0, 4).join("."), port: high * 256 + low };
}

/** EPRT |1|192.0.2.1|4000| (RFC 2428) */
export function parseEprt(argument: string): Target | undefined {
  const delimiter = argument[0] ?? "";
  const [, family, host = "", port = "", end] = argument.split(delimiter);
  const version = family === "1" ? 4 : family === "2" ? 6 : 0;
  if (end !== "" || version === 0 || isIP(host) !== version || !/^\d{1,5}$/.test(port)) return undefined;
  return { host, port: Number(port) };
}

/** @returns undefined if it is not the charger's own address */
export function activePort(target: Target, peer: string): DataPort | undefined {
  if (plainAddress(target.host) !== peer || target.port < LOWEST_PORT || target.port > 65535) return undefined;
  let socket: Socket | undefined;
  return {
    connect: () =>
      new Promise((resolve, reject) => {
        const outgoing = connect({ host: target.host, port: target.port, timeout: CONNECT_TIMEOUT_MS, noDelay: true });
        socket = outgoing;
        outgoing.pause();
        outgoing.once("timeout", () => outgoing.destroy(new Error("no data connection")));
        outgoing.once("error", reject);
        outgoing.once("connect", () => {
          outgoing.setTimeout(0);
          outgoing.off("error", reject);
          outgoing.on("error", () => {});
          resolve(outgoing);
        });
      }),
    close: () => void (socket?.connecting && socket.destroy()),
  };
}
