// One bill: whose, of what, and how it comes to its sum.
import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Facts } from "../../ui/facts";
import { Failure } from "../../ui/failure";
import { JsonView } from "../../ui/json-view";
import { To } from "../../ui/links";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { Section } from "../../ui/section";
import { Bill } from "./bill";

export default function ChargeRecord({ params: { id = "" } }: { params: { id?: string } }) {
  const { t } = useTranslation("money");
  const { t: common } = useTranslation();
  const format = useFormat();
  const { data: cdr, error, refetch } = $api.useQuery("get", "/api/cdrs/{id}", { params: { path: { id } } });
  if (cdr === undefined) return error ? <Failure error={error} retry={refetch} /> : <Loading />;
  const { cdrLocation: place, cdrToken: token } = cdr;
  return (
    <Page
      title={`${common("pages.chargeRecord")} · ${format.money(cdr.totalCost.inclVat ?? cdr.totalCost.exclVat, cdr.currency)}`}
      about={cdr.id}
    >
      {cdr.credit && (
        <Alert color="indigo" variant="light" title={t("credit")}>
          {t("creditAbout")} <To kind="chargeRecord" id={cdr.creditReferenceId} />
        </Alert>
      )}
      <Facts
        of={[
          cdr.transactionId === null
            ? [t("unusedReservation"), format.time(cdr.startDateTime)]
            : [
                t("session"),
                <To key="" kind="session" id={cdr.transactionId}>
                  {format.time(cdr.startDateTime)}
                </To>,
              ],
          [t("ended"), format.time(cdr.endDateTime)],
          [t("chargePoint"), <To key="" kind="chargePoint" id={cdr.chargePointId} />],
          [
            t("location"),
            <To key="" kind="location" id={place.id}>
              {[place.name, place.address, place.city].filter(Boolean).join(", ")}
            </To>,
          ],
          [t("evse"), `${place.evseId} · ${place.connectorStandard}`],
          [t("idToken"), token && `${token.uid} (${token.type})`],
          [t("authMethod"), cdr.authMethod],
          [t("remark"), cdr.remark],
        ]}
      />
      <Section title={t("howItComes")}>
        <Bill cdr={cdr} />
      </Section>
      <Section title={t("tariffsInForce")}>
        {cdr.tariffs.map((tariff) => (
          <JsonView key={tariff.id} label={tariff.id} value={tariff} />
        ))}
      </Section>
    </Page>
  );
}
