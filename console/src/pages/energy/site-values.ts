// A site as its form holds it, and back. What the form does not show stays as it is.
import type { Schemas } from "../../api/client";
import { numberOf, textOf } from "../../ui/form";

type Site = Schemas["Site"];
type Node = Schemas["SiteNode"];
type Connection = Schemas["SiteConnection"];
type Phase = NonNullable<Connection["phases"]>[number];

export const POLICIES: Site["policy"][] = ["equalShare", "firstCome", "priority", "deadline", "price", "solar"];
export const PHASES: Phase[] = ["L1", "L2", "L3"];
const USUAL_CURRENT = 32;
const LEAST_CURRENT = 6;

/** A number's field holds "" while it is empty. */
type Amount = number | string;

export interface NodeValues {
  id: string;
  /** "": the grid. */
  parent: string;
  maxCurrent: Amount;
  maxPower: Amount;
  minPower: Amount;
  baseLoad: Amount;
}

export interface ConnectionValues {
  kept: Partial<Connection>;
  chargePointId: string;
  ocppEvseId: Amount;
  node: string;
  phases: Phase[];
  minCurrent: Amount;
  maxCurrent: Amount;
  maxDischarge: Amount;
  priority: Amount;
}

export interface SiteValues {
  policy: Site["policy"];
  nodes: NodeValues[];
  connections: ConnectionValues[];
}

const nodeOf = (node: Node): NodeValues => ({
  id: node.id,
  parent: node.parent ?? "",
  maxCurrent: node.maxCurrent ?? "",
  maxPower: node.maxPower ?? "",
  minPower: node.minPower ?? "",
  baseLoad: node.baseLoad ?? "",
});

/** What must be said of one. */
type Told = Pick<Connection, "chargePointId" | "ocppEvseId" | "node" | "maxCurrent"> & Partial<Connection>;

const connectionOf = (one: Told): ConnectionValues => ({
  kept: one,
  chargePointId: one.chargePointId,
  ocppEvseId: one.ocppEvseId,
  node: one.node,
  phases: one.phases ?? [...PHASES],
  minCurrent: one.minCurrent ?? LEAST_CURRENT,
  maxCurrent: one.maxCurrent,
  maxDischarge: one.maxDischarge ?? 0,
  priority: one.priority ?? "",
});

export const newNode = ({ nodes }: SiteValues): NodeValues => ({
  ...nodeOf({ id: `node-${nodes.length + 1}` }),
  parent: nodes[0]?.id ?? "",
});

export const newConnection = ({ nodes }: SiteValues): ConnectionValues => ({
  ...connectionOf({ chargePointId: "", ocppEvseId: 1, node: nodes[0]?.id ?? "grid", maxCurrent: USUAL_CURRENT }),
  kept: {},
});

/** A new one begins with all that stands at the location, on one wire. */
export function valuesOf(site: Site | undefined, { evses = [] }: Schemas["Location"]): SiteValues {
  if (site !== undefined) {
    return { policy: site.policy, nodes: site.nodes.map(nodeOf), connections: site.connections.map(connectionOf) };
  }
  const connections = evses.map(({ chargePointId, ocppEvseId, connectors }) => ({
    ...connectionOf({
      ...{ chargePointId, ocppEvseId, node: "grid" },
      maxCurrent: Math.max(...connectors.map(({ maxAmperage }) => maxAmperage)),
    }),
    kept: {},
  }));
  return { policy: "equalShare", nodes: [nodeOf({ id: "grid" })], connections };
}

export function siteOf({ policy, nodes, connections }: SiteValues, known: Site | undefined): Schemas["SiteInput"] {
  const { id: _, updatedAt: __, ...kept } = known ?? { id: "", updatedAt: "" };
  return {
    ...kept,
    policy,
    nodes: nodes.map((node) => ({
      ...known?.nodes.find(({ id }) => id === node.id),
      id: node.id.trim(),
      parent: textOf(node.parent),
      maxCurrent: numberOf(node.maxCurrent),
      maxPower: numberOf(node.maxPower),
      minPower: numberOf(node.minPower),
      baseLoad: numberOf(node.baseLoad),
    })),
    connections: connections.map(({ kept: own, ...one }) => ({
      ...own,
      chargePointId: one.chargePointId,
      ocppEvseId: numberOf(one.ocppEvseId) ?? 0,
      node: one.node,
      phases: one.phases,
      minCurrent: numberOf(one.minCurrent) ?? LEAST_CURRENT,
      maxCurrent: numberOf(one.maxCurrent) ?? 0,
      maxDischarge: numberOf(one.maxDischarge) ?? 0,
      priority: numberOf(one.priority),
    })),
  };
}
