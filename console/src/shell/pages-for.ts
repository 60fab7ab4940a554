// Which pages somebody of a role sees.
import type { Role } from "../api/me";
import { PAGES } from "../pages";
import type { PageRow } from "../pages/page-row";

const RANK: Record<Role, number> = { driver: 0, viewer: 1, operator: 2, admin: 3 };

export function pagesFor(role: Role): readonly PageRow[] {
  // Drivers stand aside: their pages are about themselves.
  if (role === "driver") return PAGES.filter((page) => page.role === "driver" || page.role === "anybody");
  return PAGES.filter((page) => page.role === "anybody" || (page.role !== "driver" && RANK[page.role] <= RANK[role]));
}
