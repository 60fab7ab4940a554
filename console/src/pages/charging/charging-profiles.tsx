// The charging profiles that chargers hold, with their schedules as curves.
import { Drawer } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { useFilters } from "../../ui/filters";
import { JsonView } from "../../ui/json-view";
import { To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { Ago } from "../../ui/time";

type Profile = Schemas["ChargingProfile"];

const FILTERS = ["chargePointId", "purpose"] as const;
const PURPOSES = [
  ...["ChargePointMaxProfile", "ChargingStationMaxProfile", "ChargingStationExternalConstraints"],
  ...["LocalGeneration", "PriorityCharging", "TxDefaultProfile", "TxProfile"],
];

export default function ChargingProfiles() {
  const { t } = useTranslation("charging");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState<Profile>();
  const [filters, change] = useFilters(FILTERS);
  const query = { ...filters, limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/charging-profiles", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Profile>[]>(
    () => [
      {
        id: "chargePoint",
        header: t("chargePoint"),
        width: 150,
        cell: ({ chargePointId }) => <To kind="chargePoint" id={chargePointId} />,
      },
      { id: "evse", header: t("connector"), width: 110, cell: ({ evseId }) => (evseId === 0 ? t("whole") : evseId) },
      { id: "purpose", header: t("purpose"), width: 190, cell: ({ purpose }) => purpose },
      { id: "level", header: t("stackLevel"), width: 70, align: "end", cell: ({ stackLevel }) => stackLevel },
      { id: "limit", header: t("limits"), width: 140, cell: ({ profile }) => limitsIn(profile, format.number) },
      { id: "transaction", header: t("session"), width: 110, cell: ({ transactionId }) => transactionId ?? "–" },
      { id: "source", header: t("source"), width: 80, cell: ({ source }) => source },
      { id: "updated", header: t("told"), width: 120, cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
    ],
    [t, format],
  );
  return (
    <ListPage
      title={common("pages.chargingProfiles")}
      about={t("profilesAbout")}
      actions={<CsvButton path="/api/charging-profiles" query={filters} name="charging-profiles" />}
      filters={[
        { name: "chargePointId", label: t("chargePoint") },
        { name: "purpose", label: t("purpose"), options: PURPOSES },
      ]}
      values={filters}
      onFilter={change}
      list={list}
      columns={columns}
      rowKey={({ chargePointId, chargingProfileId, source }) => `${chargePointId}/${chargingProfileId}/${source}`}
      onOpen={setOpen}
      empty={t("noProfiles")}
    >
      {open !== undefined && (
        <Drawer
          opened
          onClose={() => setOpen(undefined)}
          position="right"
          size="lg"
          title={`${open.chargePointId} · ${open.purpose}`}
          closeButtonProps={{ "aria-label": common("close") }}
        >
          <JsonView label={open.purpose} value={open.profile} />
        </Drawer>
      )}
    </ListPage>
  );
}

/** What its periods allow, in a few words, whatever the version spells; nothing where that cannot be told. */
function limitsIn(profile: unknown, number: (value: number) => string): string {
  const text = JSON.stringify(profile);
  const limits = [...text.matchAll(/"limit":(-?[\d.]+)/g)].map(([, limit]) => number(Number(limit)));
  const unit = /"chargingRateUnit":"([AW])"/.exec(text)?.[1] ?? "";
  return limits.length === 0 ? "–" : `${[...new Set(limits)].slice(0, 5).join(", ")} ${unit}`;
}
