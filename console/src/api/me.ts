// Who I am, and what I may do. The server decides with each request; this only hides what it would refuse.
import { $api, type Schemas } from "./client";

export type Role = Schemas["User"]["role"];

const RANK: Record<Role, number> = { driver: 0, viewer: 1, operator: 2, admin: 3 };

export function useMe() {
  return $api.useQuery("get", "/api/users/me", {}, { staleTime: 60_000 });
}

/** Whether the signed-in user has this role or a higher one. */
export function useMay(role: Exclude<Role, "driver">): boolean {
  const { data } = useMe();
  return data !== undefined && RANK[data.role] >= RANK[role];
}
