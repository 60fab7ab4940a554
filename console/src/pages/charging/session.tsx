// One session: what it is, its curve, what it costs, and what the charger and we said about it.
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useMay } from "../../api/me";
import { ChargePointFeedProvider } from "../../live/charge-point";
import { CsvButton } from "../../ui/csv-button";
import { Failure } from "../../ui/failure";
import { JsonView } from "../../ui/json-view";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { Section } from "../../ui/section";
import { Status } from "../../ui/status";
import { CloseSession } from "./close-session";
import { SessionCost } from "./session-cost";
import { SessionCurve } from "./session-curve";
import { SessionFacts } from "./session-facts";
import { SessionMessages } from "./session-messages";

/** What a session that goes on costs changes with each reading. */
const RENEW_MS = 10_000;

export default function Session({ params: { id = "" } }: { params: { id?: string } }) {
  const { t } = useTranslation("charging");
  const mayOperate = useMay("operator");
  const { data, error, refetch } = $api.useQuery(
    "get",
    "/api/transactions/{id}",
    { params: { path: { id } } },
    { refetchInterval: ({ state }) => (state.data?.status === "active" ? RENEW_MS : false) },
  );
  if (data === undefined) return error ? <Failure error={error} retry={refetch} /> : <Loading />;

  const isActive = data.status === "active";
  const details = Object.entries(data.details);
  return (
    <Page
      title={t("sessionOf", { id: data.ocppTransactionId, chargePoint: data.chargePointId })}
      about={<Status value={data.status} />}
      actions={
        <>
          <CsvButton path={`/api/transactions/${encodeURIComponent(id)}/meter-values`} name={`session-${id}`} />
          {isActive && mayOperate && <CloseSession id={id} />}
        </>
      }
    >
      <SessionFacts session={data} />
      {/* Begun anew when it ends: the last readings are in history, and the feed has nothing more to tell. */}
      <ChargePointFeedProvider key={data.status} id={data.chargePointId} isOpen={isActive}>
        <SessionCurve id={id} isActive={isActive} />
      </ChargePointFeedProvider>
      <SessionCost cost={data.cost} isActive={isActive} />
      {details.length > 0 && (
        <Section title={t("details")}>
          {details.map(([name, detail]) => (
            <JsonView key={name} label={name} value={{ [name]: detail }} />
          ))}
        </Section>
      )}
      <SessionMessages session={data} />
    </Page>
  );
}
