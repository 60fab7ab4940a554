// What operators look at all day.
import { IconBolt, IconHome, IconMap2, IconPlugConnectedX } from "@tabler/icons-react";
import { lazy } from "react";
import type { PageRow } from "./page-row";

export const OPERATE: readonly PageRow[] = [
  {
    path: "/",
    name: "overview",
    group: "operate",
    icon: IconHome,
    role: "viewer",
    component: lazy(() => import("./overview/overview")),
  },
  {
    path: "/charge-points",
    name: "chargePoints",
    group: "operate",
    icon: IconBolt,
    role: "viewer",
    component: lazy(() => import("./charge-points/charge-points")),
  },
  {
    path: "/charge-points/:id",
    name: "chargePoint",
    role: "viewer",
    component: lazy(() => import("./charger/charger")),
  },
  {
    path: "/refused-connections",
    name: "refused",
    group: "operate",
    icon: IconPlugConnectedX,
    role: "viewer",
    component: lazy(() => import("./refused/refused")),
  },
  {
    path: "/map",
    name: "map",
    group: "operate",
    icon: IconMap2,
    role: "viewer",
    component: lazy(() => import("./map/map")),
  },
];
