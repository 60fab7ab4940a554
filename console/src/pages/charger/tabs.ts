// The parts of a charger's page, in their order. Each is fetched when it is opened first.
import { type ComponentType, lazy } from "react";
import type { Schemas } from "../../api/client";

export interface PartProps {
  charger: Schemas["ChargePointNow"];
}

interface Tab {
  /** In the address, and `tabs.<name>` of the texts. */
  name: string;
  component: ComponentType<PartProps>;
  /** Whether this charger has such a thing; all have by default. */
  fits?: (charger: PartProps["charger"]) => boolean;
}

export const TABS: readonly Tab[] = [
  { name: "now", component: lazy(() => import("./now/now")) },
  { name: "commands", component: lazy(() => import("./commands/commands")) },
  { name: "messages", component: lazy(() => import("./messages/messages")) },
  {
    name: "configuration",
    component: lazy(() => import("./configuration/configuration")),
    fits: ({ ocppVersion }) => ocppVersion === "1.6",
  },
  {
    name: "variables",
    component: lazy(() => import("./configuration/variables")),
    fits: ({ ocppVersion }) => ocppVersion !== null && ocppVersion !== "1.6",
  },
  { name: "findings", component: lazy(() => import("./findings")) },
  { name: "security", component: lazy(() => import("./security/security")) },
  { name: "jobs", component: lazy(() => import("./jobs/jobs")) },
  { name: "archive", component: lazy(() => import("./archive")) },
  { name: "settings", component: lazy(() => import("./settings/settings")) },
];
