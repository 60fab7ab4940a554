// The state of anything, as a word in a colour. The colours are one table, so that the same word looks the same on
// every page; the word itself always stands there, for those who see no colours.
import { Badge, type MantineColor } from "@mantine/core";

const COLOURS: Record<string, MantineColor> = {};
const SAY: readonly [MantineColor, readonly string[]][] = [
  [
    "green",
    [
      "Available",
      "accepted",
      "Accepted",
      "online",
      "ok",
      "finished",
      "completed",
      "active",
      "valid",
      "verified",
      "delivered",
      "enabled",
      "done",
      "installed",
      "issued",
    ],
  ],
  [
    "blue",
    [
      "Charging",
      "Occupied",
      "charging",
      "running",
      "sent",
      "started",
      "uploading",
      "downloading",
      "installing",
      "in_progress",
      "updating",
    ],
  ],
  ["indigo", ["Discharging", "SuspendedEV", "SuspendedEVSE"]],
  [
    "yellow",
    [
      "Preparing",
      "Finishing",
      "Reserved",
      "reserved",
      "queued",
      "pending",
      "paused",
      "waiting",
      "scheduled",
      "warning",
      "degraded",
    ],
  ],
  [
    "red",
    [
      "Faulted",
      "faulted",
      "error",
      "failed",
      "rejected",
      "blocked",
      "refused",
      "critical",
      "mismatch",
      "revoked",
      "aborted",
    ],
  ],
  ["grape", ["unknown"]],
];
for (const [colour, words] of SAY) for (const word of words) COLOURS[word] = colour;

interface StatusProps {
  value: string | null | undefined;
  /** What it was when it was last known: nobody can say whether it still is. */
  isOld?: boolean;
}

export function Status({ value, isOld = false }: StatusProps) {
  if (value == null) return <>–</>;
  return (
    <Badge
      color={COLOURS[value] ?? "gray"}
      variant={isOld ? "outline" : "light"}
      tt="none"
      radius="sm"
      autoContrast={false}
      flex="none"
    >
      {value}
    </Badge>
  );
}
