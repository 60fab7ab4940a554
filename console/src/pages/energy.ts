// Where charging happens, and how its power is shared.
import { IconActivity, IconBatteryVertical4, IconBuildingFactory2, IconMapPin } from "@tabler/icons-react";
import { lazy } from "react";
import type { PageRow } from "./page-row";

const location = lazy(() => import("./energy/location"));

export const ENERGY: readonly PageRow[] = [
  {
    path: "/locations",
    name: "locations",
    group: "energy",
    icon: IconMapPin,
    role: "viewer",
    component: lazy(() => import("./energy/locations")),
  },
  { path: "/new-location", name: "location", role: "operator", component: location },
  { path: "/locations/:id", name: "location", role: "viewer", component: location },
  {
    path: "/sites",
    name: "sites",
    group: "energy",
    icon: IconBuildingFactory2,
    role: "viewer",
    component: lazy(() => import("./energy/sites")),
  },
  { path: "/sites/:id", name: "site", role: "viewer", component: lazy(() => import("./energy/site")) },
  {
    path: "/grid-signals",
    name: "gridSignals",
    group: "energy",
    icon: IconActivity,
    role: "viewer",
    component: lazy(() => import("./energy/grid-signals")),
  },
  {
    path: "/set-points",
    name: "setPoints",
    group: "energy",
    icon: IconBatteryVertical4,
    role: "viewer",
    component: lazy(() => import("./energy/set-points")),
  },
];
