// The map itself. Its tiles come from a server of the operator's choice, or from nowhere: places are in their places
// all the same.
import "leaflet/dist/leaflet.css";
import { Box } from "@mantine/core";
import L from "leaflet";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Place, State } from "./places";
import classes from "./plan.module.css";
import { useTiles } from "./tiles";

const COLOURS: Record<State, string> = {
  faulted: "#e03131",
  charging: "#1c7ed6",
  available: "#2f9e44",
  other: "#868e96",
  offline: "#868e96",
};
const CLOSEST = 16;

export function Plan({ places }: { places: readonly Place[] }) {
  const { t } = useTranslation("map");
  const [, navigate] = useLocation();
  const frame = useRef<HTMLDivElement>(null);
  const map = useRef<L.Map | undefined>(undefined);
  const marks = useRef(new Map<string, L.CircleMarker>());
  const tiles = useTiles();

  useEffect(() => {
    if (frame.current === null) return;
    const made = L.map(frame.current, { zoomControl: true, attributionControl: tiles !== undefined }).setView(
      [38, 23.7],
      5,
    );
    if (tiles !== undefined) L.tileLayer(tiles.url, { attribution: tiles.attribution, maxZoom: 19 }).addTo(made);
    L.control.scale({ imperial: false }).addTo(made);
    map.current = made;
    const known = marks.current;
    return () => {
      known.clear();
      made.remove();
    };
  }, [tiles]);

  useEffect(() => {
    const made = map.current;
    if (made === undefined) return;
    const known = marks.current;
    const isFirst = known.size === 0;
    for (const { id, name, latitude, longitude, chargers, state } of places) {
      const style = { color: COLOURS[state], fillOpacity: state === "offline" ? 0.15 : 0.7, weight: 2, radius: 9 };
      const label = [name, ...chargers.map((charger) => `${charger.id}: ${charger.status}`)].map(escaped).join("<br>");
      const mark = known.get(id)?.setStyle(style).setTooltipContent(label);
      if (mark !== undefined) continue;
      const [only] = chargers;
      const fresh = L.circleMarker([latitude, longitude], style).bindTooltip(label).addTo(made);
      if (only !== undefined) fresh.on("click", () => navigate(`/charge-points/${encodeURIComponent(only.id)}`));
      known.set(id, fresh);
    }
    if (isFirst && places.length > 0) {
      made.fitBounds(L.latLngBounds(places.map((place) => [place.latitude, place.longitude])).pad(0.2), {
        maxZoom: CLOSEST,
      });
    }
  }, [places, navigate, tiles]);

  return <Box ref={frame} className={classes.plan} role="application" aria-label={t("plan")} />;
}

/** Names come from people: they are no markup. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
