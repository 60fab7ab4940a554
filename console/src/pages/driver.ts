// What drivers see: where they may charge, what they are charging, and what it cost.
import { IconBolt, IconCreditCard, IconHistory, IconNfc } from "@tabler/icons-react";
import { lazy } from "react";
import type { PageRow } from "./page-row";

export const DRIVER: readonly PageRow[] = [
  {
    path: "/",
    name: "drive",
    group: "driver",
    icon: IconBolt,
    role: "driver",
    component: lazy(() => import("./drive/drive")),
  },
  {
    path: "/my-sessions",
    name: "mySessions",
    group: "driver",
    icon: IconHistory,
    role: "driver",
    component: lazy(() => import("./my/sessions")),
  },
  {
    path: "/my-tokens",
    name: "myTokens",
    group: "driver",
    icon: IconNfc,
    role: "driver",
    component: lazy(() => import("./my/tokens")),
  },
  {
    path: "/my-credit",
    name: "myCredit",
    group: "driver",
    icon: IconCreditCard,
    role: "driver",
    component: lazy(() => import("./my/credit")),
  },
];
