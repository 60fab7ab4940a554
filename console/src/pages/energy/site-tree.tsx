// The electrical tree: what each wire carries at worst, and which EVSEs hang on it.
import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { To } from "../../ui/links";
import { Status } from "../../ui/status";
import classes from "./site-tree.module.css";
import { fillOf } from "./wire-use";

type Node = Schemas["SiteNode"];

interface TreeProps {
  site: Schemas["Site"];
  /** undefined: not read yet. */
  status: Schemas["SiteStatus"] | undefined;
}

export function SiteTree({ site, status }: TreeProps) {
  return (
    <ul className={classes.tree}>
      {site.nodes
        .filter(({ parent }) => parent === undefined)
        .map((root) => (
          <Branch key={root.id} node={root} site={site} status={status} />
        ))}
    </ul>
  );
}

function Branch({ node, site, status }: TreeProps & { node: Node }) {
  const children = site.nodes.filter(({ parent }) => parent === node.id);
  const loads = site.connections.filter((connection) => connection.node === node.id);
  return (
    <li>
      <Wire node={node} slack={status?.nodes.find(({ id }) => id === node.id)?.slack} />
      {children.length + loads.length > 0 && (
        <ul>
          {loads.map((connection) => (
            <Load
              key={`${connection.chargePointId}/${connection.ocppEvseId}`}
              connection={connection}
              status={status}
            />
          ))}
          {children.map((child) => (
            <Branch key={child.id} node={child} site={site} status={status} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Wire({ node, slack }: { node: Node; slack: number[] | undefined }) {
  const { t } = useTranslation("energy");
  const format = useFormat();
  const limits = [
    node.maxCurrent === undefined ? [] : [t("perPhase", { amps: format.number(node.maxCurrent) })],
    node.maxPower === undefined ? [] : [format.power(node.maxPower)],
  ].flat();
  const use = fillOf(node, slack);
  return (
    <div className={classes.node}>
      <Text fw={600} size="sm">
        {node.id}
      </Text>
      <div className={classes.bar}>
        {use !== undefined && (
          <Progress
            value={use.share * 100}
            color={use.share > 0.9 ? "orange" : "volt"}
            aria-label={t("useOf", { node: node.id })}
          />
        )}
        <Text size="xs" c="dimmed">
          {use === undefined
            ? t(limits.length === 0 ? "noLimit" : "nothingBelow")
            : t("left", { left: leftOf(use, format) })}
        </Text>
      </div>
      <Text size="sm" ta="end">
        {limits.join(" · ") || "–"}
      </Text>
    </div>
  );
}

function leftOf(use: NonNullable<ReturnType<typeof fillOf>>, format: ReturnType<typeof useFormat>): string {
  const amps = use.amps.map((one) => format.number(one)).join(" / ");
  return [amps === "" ? [] : [`${amps} A`], use.watts === undefined ? [] : [format.power(use.watts)]]
    .flat()
    .join(" · ");
}

interface LoadProps {
  connection: Schemas["SiteConnection"];
  status: TreeProps["status"];
}

function Load({ connection: { chargePointId, ocppEvseId, maxCurrent, phases = [] }, status }: LoadProps) {
  const { t } = useTranslation("energy");
  const format = useFormat();
  const now = status?.loads.find(
    (load) => load.chargePointId.toLowerCase() === chargePointId.toLowerCase() && load.ocppEvseId === ocppEvseId,
  );
  return (
    <li className={classes.node}>
      <Group gap="xs">
        <To kind="chargePoint" id={chargePointId}>
          {chargePointId} · {ocppEvseId}
        </To>
        {now?.charging && <Status value="Charging" />}
        {now?.doubt != null && <Status value={t(`doubts.${now.doubt}`)} />}
      </Group>
      <div className={classes.bar}>
        {now !== undefined && (
          <>
            <Progress.Root size="sm">
              <Progress.Section
                value={(100 * Math.max(0, now.worst)) / Math.max(maxCurrent, 1)}
                color={now.charging ? "blue" : "gray"}
                aria-label={t("mayDraw")}
              />
            </Progress.Root>
            <Text size="xs" c="dimmed">
              {t("loadNow", {
                wanted: format.number(now.wanted),
                confirmed: now.confirmed === null ? "–" : format.number(now.confirmed),
                worst: format.number(now.worst),
              })}
              {now.measured !== null && ` · ${t("measured", { amps: format.number(now.measured) })}`}
              {now.neededEnergy !== null && ` · ${t("wants", { energy: format.energy(now.neededEnergy) })}`}
              {now.departureAt !== null && ` · ${t("leaves", { at: format.time(now.departureAt) })}`}
            </Text>
          </>
        )}
      </div>
      <Text size="sm" ta="end">
        {format.number(maxCurrent)} A · {phases.join(" ")}
      </Text>
    </li>
  );
}
