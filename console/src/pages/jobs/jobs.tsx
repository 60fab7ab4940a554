// Long work of chargers: firmware updates, logs, changes of settings.
import { Anchor, Drawer } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { FilterBar } from "../../ui/filter-bar";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { JobDetails } from "./job-details";

type Job = Schemas["Job"];

const KINDS = [
  "firmware",
  "publishFirmware",
  "unpublishFirmware",
  "log",
  "diagnostics",
  "getVariables",
  "setVariables",
  "template",
] as const;
const STATES = ["requested", "running", "finished", "failed", "cancelled", "timedOut"] as const;

export default function Jobs() {
  const { t } = useTranslation("jobs");
  const { t: common } = useTranslation();
  const [values, change] = useFilters(["chargePointId", "kind", "state", "job"]);
  const { job: opened, ...filters } = values;
  const query = {
    chargePointId: values.chargePointId,
    kind: KINDS.find((kind) => kind === values.kind),
    state: STATES.find((state) => state === values.state),
    limit: PAGE_SIZE,
  };
  const list = $api.useInfiniteQuery("get", "/api/jobs", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Job>[]>(
    () => [
      {
        id: "kind",
        header: t("kind"),
        width: 190,
        cell: ({ id, kind }) => (
          <Anchor component="button" size="sm" onClick={() => change({ job: id })}>
            {t(`kinds.${kind}`)}
          </Anchor>
        ),
      },
      { id: "charger", header: t("charger"), cell: ({ chargePointId }) => chargePointId },
      { id: "state", header: t("state"), width: 120, cell: ({ state }) => <Status value={state} /> },
      {
        id: "last",
        header: t("last"),
        width: 220,
        cell: ({ statuses, reason }) => reason ?? statuses.at(-1)?.status ?? "–",
      },
      { id: "by", header: t("by"), cell: ({ requestedBy }) => requestedBy ?? "–" },
      { id: "created", header: t("created"), cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ],
    [t, change],
  );
  return (
    <Page
      title={common("pages.jobs")}
      about={t("about")}
      actions={<CsvButton path="/api/jobs" query={filters} name="jobs" />}
    >
      <FilterBar
        filters={[
          { name: "chargePointId", label: t("charger") },
          { name: "kind", label: t("kind"), options: KINDS.map((value) => ({ value, label: t(`kinds.${value}`) })) },
          { name: "state", label: t("state"), options: STATES },
        ]}
        values={values}
        onChange={change}
      />
      <DataTable
        label={common("pages.jobs")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        onOpen={({ id }) => change({ job: id })}
        empty={t("none")}
      />
      <Drawer
        opened={opened !== undefined}
        onClose={() => change({ job: null })}
        position="right"
        size="lg"
        title={t("one")}
        closeButtonProps={{ "aria-label": common("cancel") }}
      >
        {opened !== undefined && <JobDetails id={opened} />}
      </Drawer>
    </Page>
  );
}
