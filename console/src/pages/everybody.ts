// What everybody has who is signed in.
import { lazy } from "react";
import type { PageRow } from "./page-row";

export const EVERYBODY: readonly PageRow[] = [
  { path: "/profile", name: "profile", role: "anybody", component: lazy(() => import("./profile/profile")) },
];
