// What the console knows of a page before it is fetched.
import type { TablerIcon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Role } from "../api/me";

export const GROUPS = ["operate", "charging", "people", "money", "energy", "system", "driver"] as const;
export type Group = (typeof GROUPS)[number];

export interface PageRow {
  /** In the notation of wouter. Parameters reach the component as `params`. */
  path: string;
  /** `pages.<name>` of the common texts. */
  name: string;
  /** Its part of the menu; without one it is reached from other pages. */
  group?: Group;
  icon?: TablerIcon;
  /** The least role; "driver": drivers alone. */
  role: Role | "anybody";
  /** `lazy(() => import(...))`: pages are fetched when they are opened first. */
  component: ComponentType<{ params: Record<string, string | undefined> }>;
}
