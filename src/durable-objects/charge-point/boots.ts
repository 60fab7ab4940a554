// What the actor remembers of its charger's boots, and of having asked for one.
import type { Fact, FactKind } from "../../ocpp/facts/fact.ts";
import type { StationData } from "../../ocpp/facts/station.ts";
import type { Storage } from "./storage.ts";

export interface Boot {
  /** Epoch milliseconds. */
  at: number;
  station: StationData;
  /** 2.x says why; null: it did not, or the boot was recorded before this was kept. */
  reason?: string | null;
  /** The newest boots, this one included, oldest first. */
  recent?: RecentBoot[];
}

interface RecentBoot {
  at: number;
  reason: string | null;
  serialNumber?: string | undefined;
  /** Answered Pending, for it was to be configured first: it boots again right away. */
  isSetup?: true | undefined;
}

export interface BootAsked {
  connectionId: string | null;
  times: number;
}

const REMEMBERED_BOOTS = 10;

export const storedBoot = (value: unknown): Boot | undefined => (isBoot(value) ? value : undefined);

export const storedBootAsked = (value: unknown): BootAsked =>
  isBootAsked(value) ? value : { connectionId: null, times: 0 };

export const BOOT_PROJECTIONS: {
  [K in FactKind]?: (fact: Fact<K>, target: { storage: Storage; at: number }) => void;
} = {
  booted: ({ station, reason = null, isSetup }, { storage, at }) => {
    const { serialNumber } = station;
    const earlier = storedBoot(storage.get("boot"))?.recent ?? [];
    const recent = [...earlier, { at, reason, serialNumber, isSetup }].slice(-REMEMBERED_BOOTS);
    storage.set("boot", { at, station, reason, recent } satisfies Boot);
  },
};

const isBoot = (value: unknown): value is Boot => typeof value === "object" && value !== null && "station" in value;

const isBootAsked = (value: unknown): value is BootAsked =>
  typeof value === "object" && value !== null && "times" in value;
