// Where the map's pictures come from: this browser's own choice. None to begin with, because whoever serves the tiles
// sees what is looked at.
import { useLocalStorage } from "@mantine/hooks";
import { useMemo } from "react";

export interface Tiles {
  /** With {z}, {x} and {y}. */
  url: string;
  attribution: string;
}

const KEY = "ov2x-edge.tiles";
export const OPEN_STREET_MAP = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";

export function useTileAddress() {
  return useLocalStorage({ key: KEY, defaultValue: "" });
}

export function useTiles(): Tiles | undefined {
  const [address] = useTileAddress();
  return useMemo(() => {
    if (!address.startsWith("https://")) return undefined;
    const isOpenStreetMap = address.includes("openstreetmap.org");
    return { url: address, attribution: isOpenStreetMap ? "© OpenStreetMap" : new URL(address).host };
  }, [address]);
}
