// Links to the things that many pages name.
import { Anchor } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";

export const pathTo = {
  chargePoint: (id: string) => `/charge-points/${encodeURIComponent(id)}`,
  session: (id: string) => `/sessions/${encodeURIComponent(id)}`,
  user: (id: string) => `/users/${encodeURIComponent(id)}`,
  location: (id: string) => `/locations/${encodeURIComponent(id)}`,
  site: (id: string) => `/sites/${encodeURIComponent(id)}`,
  tariff: (id: string) => `/tariffs/${encodeURIComponent(id)}`,
  chargeRecord: (id: string) => `/charge-records/${encodeURIComponent(id)}`,
} as const;

interface ToProps {
  /** What is linked to: a kind of `pathTo`. */
  kind: keyof typeof pathTo;
  /** null: there is none. */
  id: string | null | undefined;
  /** Its id by default. */
  children?: ReactNode;
}

export function To({ kind, id, children }: ToProps) {
  if (id == null) return <>–</>;
  return (
    <Anchor component={Link} href={pathTo[kind](id)} inherit>
      {children ?? id}
    </Anchor>
  );
}
