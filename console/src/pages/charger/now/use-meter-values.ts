// What was measured in a session: what history has, and from then on what its charger's feed says.
import { useMemo, useState } from "react";
import { $api, type Schemas } from "../../../api/client";
import { useHeard } from "../../../live/charge-point";
import type { FleetEvent } from "../../../live/fleet";
import { CURSOR_PAGING, useItems } from "../../../ui/list";
import { useRest } from "../../../ui/use-rest";

type MeterValue = Schemas["MeterValue"];

/** A page of the API at its largest. */
const LIMIT = 500;

export function useMeterValues({ id }: Schemas["Transaction"]): MeterValue[] {
  const stored = $api.useInfiniteQuery(
    "get",
    "/api/transactions/{id}/meter-values",
    { params: { path: { id }, query: { limit: LIMIT } } },
    { ...CURSOR_PAGING, staleTime: Number.POSITIVE_INFINITY },
  );
  const known = useItems(stored);
  useRest(stored);
  const [heard, setHeard] = useState<MeterValue[]>([]);
  useHeard("events", (events) => {
    const fresh = events.flatMap((event) => (isOf(event, id) ? event.data.meterValue : []));
    if (fresh.length > 0) setHeard((before) => [...before, ...fresh]);
  });
  return useMemo(() => {
    // What was heard may have been read, too.
    const read = new Set(known.map((value) => value.sampledAt));
    return [...known, ...heard.filter((value) => !read.has(value.sampledAt))];
  }, [known, heard]);
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
