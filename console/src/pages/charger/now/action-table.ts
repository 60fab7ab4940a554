// The neutral commands: what each asks of the operator, and the request that it makes.
import {
  IconBolt,
  IconGauge,
  IconGaugeOff,
  IconLockOpen,
  IconPlayerPlay,
  IconPlayerStop,
  IconPower,
  IconRefresh,
  type TablerIcon,
} from "@tabler/icons-react";
import { api, type Schemas } from "../../../api/client";

export interface Answers {
  /** `evseId/connectorId`; empty: none in particular. */
  place: string;
  idToken: string;
  reset: "soft" | "hard";
  limit: number;
  unit: "W" | "A";
  /** Seconds. */
  duration: number | undefined;
}

export type Question = keyof Answers;

export interface Action {
  /** `actions.<name>` of the texts. */
  name: string;
  icon: TablerIcon;
  asks: readonly Question[];
  /** A driver in front of it would feel it. */
  isDangerous?: boolean;
  send: (id: string, answers: Answers) => Promise<{ data?: Schemas["Command"] | undefined }>;
}

const at = (id: string) => ({ params: { path: { id } } });

/** Both numbers: whichever version it speaks, the server takes the one that counts. */
function placeOf({ place }: Answers): { evseId?: number; connectorId?: number } {
  const [evseId, connectorId] = place.split("/").map(Number);
  return place === "" || evseId === undefined || connectorId === undefined ? {} : { evseId, connectorId };
}

export const ACTIONS: readonly Action[] = [
  {
    name: "start",
    icon: IconPlayerPlay,
    asks: ["idToken", "place"],
    send: (id, answers) =>
      api.POST("/api/charge-points/{id}/start", {
        ...at(id),
        body: { idToken: answers.idToken, ...placeOf(answers) },
      }),
  },
  {
    name: "stop",
    icon: IconPlayerStop,
    asks: ["place"],
    isDangerous: true,
    send: (id, answers) => api.POST("/api/charge-points/{id}/stop", { ...at(id), body: placeOf(answers) }),
  },
  {
    name: "unlock",
    icon: IconLockOpen,
    asks: ["place"],
    isDangerous: true,
    send: (id, answers) => api.POST("/api/charge-points/{id}/unlock", { ...at(id), body: placeOf(answers) }),
  },
  {
    name: "reset",
    icon: IconRefresh,
    asks: ["reset"],
    isDangerous: true,
    send: (id, { reset }) => api.POST("/api/charge-points/{id}/reset", { ...at(id), body: { type: reset } }),
  },
  {
    name: "operative",
    icon: IconBolt,
    asks: ["place"],
    send: (id, answers) =>
      api.POST("/api/charge-points/{id}/availability", { ...at(id), body: { operative: true, ...placeOf(answers) } }),
  },
  {
    name: "inoperative",
    icon: IconPower,
    asks: ["place"],
    isDangerous: true,
    send: (id, answers) =>
      api.POST("/api/charge-points/{id}/availability", { ...at(id), body: { operative: false, ...placeOf(answers) } }),
  },
  {
    name: "setLimit",
    icon: IconGauge,
    asks: ["limit", "unit", "place", "duration"],
    send: (id, answers) =>
      api.POST("/api/charge-points/{id}/set-limit", {
        ...at(id),
        body: { limit: answers.limit, unit: answers.unit, duration: answers.duration, ...placeOf(answers) },
      }),
  },
  {
    name: "clearLimit",
    icon: IconGaugeOff,
    asks: ["place"],
    send: (id, answers) => api.POST("/api/charge-points/{id}/clear-limit", { ...at(id), body: placeOf(answers) }),
  },
];
