import type { Role } from "../../api/me";

/** From the most to the least. */
export const ROLES: readonly Role[] = ["admin", "operator", "viewer", "driver"];
