// A firmware campaign as its operator wants it: to whom, in what portions, when, and how much may go wrong. Pure data.
import type { Version } from "../ocpp/versions.ts";
import type { Window } from "./window.ts";

/** All that are given must fit; without case. */
export interface Filter {
  vendor?: string | undefined;
  model?: string | undefined;
  firmwareVersion?: string | undefined;
  ocppVersion?: Version | undefined;
  /** Identities. */
  ids?: string[] | undefined;
}

/** A number of chargers, or a share of all of them. */
export type Wave = { size: number } | { percent: number };

export interface CampaignSettings {
  filter: Filter;
  /** The last one is repeated until everybody had a turn. */
  waves: Wave[];
  /** Null: failures never pause it. */
  pauseOnFailures: { percent: number; atLeast: number } | null;
  /** Null: at any time. */
  window: Window | null;
  /** Chargers that update at the same time. */
  concurrency: number;
  /** `attempts`: in all; `pauseMinutes`: between two. */
  retry: { attempts: number; pauseMinutes: number };
  /** Of a charger with a running transaction: until it is over, not at all, or now. */
  charging: "wait" | "skip" | "ignore";
  /** Also what is not the image's vendor and model, and what has its version already. */
  force: boolean;
  /** With the image's signature, where it has one. */
  signed: boolean;
  /** By which the image is fetched; null: what the charger supports. */
  protocol: "http" | "ftp" | null;
  /** The charger's own attempts to fetch it. */
  downloadRetries: number;
  /** Seconds between them. */
  downloadRetryInterval: number;
  /** Where chargers reach the deployment, as the operator does. */
  origin: string;
}

/** @returns the size of each wave; together `total` */
export function cutWaves(total: number, waves: readonly Wave[]): number[] {
  const sizes: number[] = [];
  for (let left = total; left > 0; ) {
    const wave = waves[Math.min(sizes.length, waves.length - 1)] ?? { size: total };
    const wanted = "size" in wave ? wave.size : Math.ceil((total * wave.percent) / 100);
    const size = Math.min(left, Math.max(1, wanted));
    sizes.push(size);
    left -= size;
  }
  return sizes;
}
