// What charging costs, and what was billed.
import { IconReceipt, IconReceiptEuro } from "@tabler/icons-react";
import { lazy } from "react";
import type { PageRow } from "./page-row";

const tariff = lazy(() => import("./money/tariff"));

export const MONEY: readonly PageRow[] = [
  {
    path: "/tariffs",
    name: "tariffs",
    group: "money",
    icon: IconReceiptEuro,
    role: "viewer",
    component: lazy(() => import("./money/tariffs")),
  },
  { path: "/new-tariff", name: "tariff", role: "operator", component: tariff },
  { path: "/tariffs/:id", name: "tariff", role: "viewer", component: tariff },
  {
    path: "/charge-records",
    name: "chargeRecords",
    group: "money",
    icon: IconReceipt,
    role: "viewer",
    component: lazy(() => import("./money/charge-records")),
  },
  {
    path: "/charge-records/:id",
    name: "chargeRecord",
    role: "viewer",
    component: lazy(() => import("./money/charge-record")),
  },
];
