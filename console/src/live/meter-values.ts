// What was measured in a session: what history has, and from then on what its charger's feed says.
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import { $api, type Schemas } from "../api/client";
import { TOLD } from "../api/queries";
import { CURSOR_PAGING, useItems } from "../ui/list";
import { useRest } from "../ui/use-rest";
import { useChargePointFeed, useHeard } from "./charge-point";
import type { FleetEvent } from "./fleet";

type MeterValue = Schemas["MeterValue"];

/** A page of the API at its largest. */
const LIMIT = 500;

export interface MeterValues {
  meterValues: MeterValue[];
  /** All that history has is there. */
  isWhole: boolean;
  error: unknown;
}

/** Within a ChargePointFeedProvider of its charger. */
export function useMeterValues(id: string): MeterValues {
  const stored = $api.useInfiniteQuery(
    "get",
    "/api/transactions/{id}/meter-values",
    { params: { path: { id }, query: { limit: LIMIT } } },
    { ...CURSOR_PAGING, staleTime: Number.POSITIVE_INFINITY, refetchOnMount: "always", meta: TOLD },
  );
  const known = useItems(stored);
  useRest(stored);
  useOnceLive(stored.refetch);
  const [heard, setHeard] = useState<MeterValue[]>([]);
  useHeard("events", (events) => {
    const fresh = events.flatMap((event) => (isOf(event, id) ? event.data.meterValue : []));
    if (fresh.length > 0) setHeard((before) => [...before, ...fresh]);
  });
  const meterValues = useMemo(() => {
    // What was heard may have been read, too.
    const read = new Set(known.map((value) => value.sampledAt));
    return [...known, ...heard.filter((value) => !read.has(value.sampledAt))];
  }, [known, heard]);
  return { meterValues, isWhole: stored.data !== undefined && !stored.hasNextPage, error: stored.error };
}

/** What came before the feed was live, at first or after it was away, it does not tell. */
function useOnceLive(readAgain: () => unknown): void {
  const state = useChargePointFeed();
  const again = useEffectEvent(readAgain);
  useEffect(() => {
    if (state === "live") again();
  }, [state]);
}

interface MeterEvent extends FleetEvent {
  data: { transactionId: string; meterValue: MeterValue[] };
}

function isOf(event: FleetEvent, id: string): event is MeterEvent {
  const { type, data } = event;
  return (
    type === "meter.values" && typeof data === "object" && data !== null && Reflect.get(data, "transactionId") === id
  );
}
