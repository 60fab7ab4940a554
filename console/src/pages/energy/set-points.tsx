// What is asked of the whole fleet now, and what was reached.
import { Anchor, Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { useFilters } from "../../ui/filters";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { useChange } from "../../ui/mutate";
import { Status } from "../../ui/status";
import { AfrrSignal } from "./afrr-signal";
import { NewSetPoint } from "./new-set-point";
import { ReportDrawer } from "./report-drawer";
import { SetPointReport } from "./set-point-report";

type SetPoint = Schemas["SetPoint"];

export default function SetPoints() {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const format = useFormat();
  const mayOperate = useMay("operator");
  const [isNew, setNew] = useState(false);
  const [isAfrr, setAfrr] = useState(false);
  const [{ report }, change] = useFilters(["report"]);
  const query = { limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/set-points", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<SetPoint>[]>(
    () => [
      {
        id: "power",
        header: t("setPointPower"),
        width: 120,
        align: "end",
        cell: ({ id, powerW }) => (
          <Anchor component="button" size="sm" onClick={() => change({ report: id })}>
            {format.power(powerW)}
          </Anchor>
        ),
      },
      { id: "state", header: t("state"), width: 110, cell: (point) => <Status value={stateOf(point)} /> },
      { id: "from", header: t("from"), width: 170, cell: ({ from }) => format.time(from) },
      { id: "to", header: t("to"), width: 170, cell: ({ until, cancelledAt }) => format.time(cancelledAt ?? until) },
      { id: "who", header: t("takesPart"), width: 160, cell: ({ takesPart }) => t(`takers.${takesPart}`) },
      { id: "sites", header: common("pages.sites"), width: 80, align: "end", cell: ({ sites }) => sites.length },
      { id: "by", header: t("toldBy"), width: 120, cell: ({ createdBy }) => createdBy },
      {
        id: "actions",
        header: "",
        width: 110,
        align: "end",
        isHidden: !mayOperate,
        cell: (point) => stateOf(point) === "active" && <TakeBack id={point.id} />,
      },
    ],
    [t, common, format, mayOperate, change],
  );
  return (
    <ListPage
      title={common("pages.setPoints")}
      about={t("setPointsAbout")}
      actions={
        <>
          <CsvButton path="/api/set-points" name="set-points" />
          {mayOperate && (
            <>
              <Button size="xs" variant="default" onClick={() => setAfrr(true)}>
                {t("afrrSignal")}
              </Button>
              <Button size="xs" onClick={() => setNew(true)}>
                {t("newSetPoint")}
              </Button>
            </>
          )}
        </>
      }
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      empty={t("noSetPoints")}
    >
      {isNew && <NewSetPoint onClose={() => setNew(false)} />}
      {isAfrr && <AfrrSignal onClose={() => setAfrr(false)} />}
      <ReportDrawer onClose={() => change({ report: null })}>
        {report === undefined ? undefined : <SetPointReport id={report} />}
      </ReportDrawer>
    </ListPage>
  );
}

function TakeBack({ id }: { id: string }) {
  const { t } = useTranslation("energy");
  const change = useChange({ stale: ["/api/set-points", "/api/sites"] });
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={change.isBusy}
      onClick={() => void change.run(() => api.DELETE("/api/set-points/{id}", { params: { path: { id } } }))}
    >
      {t("takeBack")}
    </Button>
  );
}

function stateOf({ until, cancelledAt }: SetPoint): string {
  if (cancelledAt !== null) return "cancelled";
  return Date.parse(until) > Date.now() ? "active" : "over";
}
