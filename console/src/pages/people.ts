// Who may charge, and who may sign in.
import { IconId, IconKey, IconUsers } from "@tabler/icons-react";
import { lazy } from "react";
import type { PageRow } from "./page-row";

export const PEOPLE: readonly PageRow[] = [
  {
    path: "/id-tokens",
    name: "idTokens",
    group: "people",
    icon: IconId,
    role: "viewer",
    component: lazy(() => import("./people/id-tokens")),
  },
  {
    path: "/users",
    name: "users",
    group: "people",
    icon: IconUsers,
    role: "admin",
    component: lazy(() => import("./people/users")),
  },
  {
    path: "/users/:id",
    name: "user",
    role: "admin",
    component: lazy(() => import("./people/user")),
  },
  {
    path: "/api-keys",
    name: "apiKeys",
    group: "people",
    icon: IconKey,
    role: "admin",
    component: lazy(() => import("./people/api-keys")),
  },
];
