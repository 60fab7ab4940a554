// What happens at the chargers' sockets.
import { IconCalendarEvent, IconChartLine, IconPlugConnected } from "@tabler/icons-react";
import { lazy } from "react";
import type { PageRow } from "./page-row";

export const CHARGING: readonly PageRow[] = [
  {
    path: "/sessions",
    name: "sessions",
    group: "charging",
    icon: IconPlugConnected,
    role: "viewer",
    component: lazy(() => import("./charging/sessions")),
  },
  {
    path: "/sessions/:id",
    name: "session",
    role: "viewer",
    component: lazy(() => import("./charging/session")),
  },
  {
    path: "/reservations",
    name: "reservations",
    group: "charging",
    icon: IconCalendarEvent,
    role: "viewer",
    component: lazy(() => import("./charging/reservations")),
  },
  {
    path: "/charging-profiles",
    name: "chargingProfiles",
    group: "charging",
    icon: IconChartLine,
    role: "viewer",
    component: lazy(() => import("./charging/charging-profiles")),
  },
];
