// What operators look at all day.
import { IconBolt, IconHome } from "@tabler/icons-react";
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
];
