// Places that are kept for somebody.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { invalidate } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { ask } from "../../ui/confirm";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { oneOf, useFilters } from "../../ui/filters";
import { To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { notifyDone, notifyFailure } from "../../ui/notify";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { place } from "./place";
import { ReservationForm } from "./reservation-form";

type Reservation = Schemas["Reservation"];

const FILTERS = ["chargePointId", "status", "idToken"] as const;
const STATUSES = ["active", "used", "cancelled", "expired", "removed", "rejected"] as const;

export default function Reservations() {
  const { t } = useTranslation("charging");
  const { t: common } = useTranslation();
  const format = useFormat();
  const mayOperate = useMay("operator");
  const [isNew, setNew] = useState(false);
  const [filters, change] = useFilters(FILTERS);
  const query = { ...filters, status: oneOf(STATUSES, filters.status), limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/reservations", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Reservation>[]>(
    () => [
      {
        id: "chargePoint",
        header: t("chargePoint"),
        width: 140,
        cell: ({ chargePointId }) => <To kind="chargePoint" id={chargePointId} />,
      },
      {
        id: "place",
        header: t("connector"),
        width: 90,
        cell: ({ evseId, connectorId }) => where(evseId, connectorId, t("any")),
      },
      { id: "idToken", header: t("idToken"), width: 120, cell: ({ idToken }) => idToken },
      { id: "status", header: t("status"), width: 100, cell: ({ status }) => <Status value={status} /> },
      { id: "reason", header: t("reason"), width: 110, cell: ({ reason }) => reason ?? "–" },
      { id: "made", header: t("made"), width: 110, cell: ({ createdAt }) => <Ago at={createdAt} /> },
      { id: "until", header: t("until"), width: 180, cell: ({ expiresAt }) => format.time(expiresAt) },
      {
        id: "session",
        header: t("session"),
        width: 90,
        cell: ({ transactionId }) => (
          <To kind="session" id={transactionId}>
            {t("session")}
          </To>
        ),
      },
      {
        id: "actions",
        header: "",
        width: 100,
        align: "end",
        isHidden: !mayOperate,
        cell: (item) => item.status === "active" && <Cancel of={item} />,
      },
    ],
    [t, format, mayOperate],
  );
  return (
    <ListPage
      title={common("pages.reservations")}
      about={t("reservationsAbout")}
      actions={
        <>
          <CsvButton path="/api/reservations" query={filters} name="reservations" />
          {mayOperate && (
            <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>
              {t("newReservation")}
            </Button>
          )}
        </>
      }
      filters={[
        { name: "chargePointId", label: t("chargePoint") },
        { name: "status", label: t("status"), options: STATUSES },
        { name: "idToken", label: t("idToken") },
      ]}
      values={filters}
      onFilter={change}
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      empty={t("noReservations")}
    >
      {isNew && <ReservationForm onClose={() => setNew(false)} />}
    </ListPage>
  );
}

const where = (evseId: number, connectorId: number, any: string): string =>
  evseId === 0 ? any : place(evseId, connectorId);

function Cancel({ of: { id, chargePointId, idToken } }: { of: Reservation }) {
  const { t } = useTranslation("charging");
  const [isBusy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    try {
      const { data } = await api.DELETE("/api/reservations/{id}", { params: { path: { id } } });
      // 202: the charger did not answer in time, and may still do.
      notifyDone(data !== undefined && "action" in data ? t("noAnswerYet") : t("cancelled"));
      await invalidate("/api/reservations");
    } catch (error) {
      notifyFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const askFirst = () =>
    ask({
      title: t("reallyCancel"),
      body: t("cancelAbout", { chargePointId, idToken }),
      confirm: t("cancelReservation"),
      isDangerous: true,
      onConfirm: () => void cancel(),
    });
  return (
    <Button size="compact-xs" variant="subtle" color="red" loading={isBusy} onClick={askFirst}>
      {t("cancelReservation")}
    </Button>
  );
}
