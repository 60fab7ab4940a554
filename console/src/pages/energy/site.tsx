// How one location's power is shared: its wires with what is left on each, and the rules.
import { Alert, Button } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { useMay } from "../../api/me";
import { ApiProblem } from "../../api/problem";
import { useFormat } from "../../i18n/format";
import { Facts } from "../../ui/facts";
import { Failure } from "../../ui/failure";
import { To } from "../../ui/links";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { Section } from "../../ui/section";
import { Ago } from "../../ui/time";
import { ReleaseSite } from "./release-site";
import { SiteForm } from "./site-form";
import { SiteTree } from "./site-tree";

const RENEW_MS = 3_000;

export default function Site({ params: { id = "" } }: { params: { id?: string } }) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const format = useFormat();
  const mayOperate = useMay("operator");
  const [isEdited, setEdited] = useState(false);
  const params = { path: { id } };
  const place = $api.useQuery("get", "/api/locations/{id}", { params });
  const site = $api.useQuery("get", "/api/sites/{id}", { params });
  const status = $api.useQuery(
    "get",
    "/api/sites/{id}/status",
    { params },
    { enabled: site.data !== undefined, refetchInterval: RENEW_MS },
  );
  if (place.data === undefined)
    return place.error ? <Failure error={place.error} retry={place.refetch} /> : <Loading />;
  const isUnshared = site.error instanceof ApiProblem && site.error.status === 404;
  if (site.isPending) return <Loading />;
  if (site.error && !isUnshared) return <Failure error={site.error} retry={site.refetch} />;
  const known = isUnshared ? undefined : site.data;
  const name = place.data.name ?? place.data.address;
  return (
    <Page
      title={`${common("pages.site")} · ${name}`}
      about={
        <To kind="location" id={id}>
          {t("toLocation")}
        </To>
      }
      actions={
        mayOperate &&
        known !== undefined && (
          <>
            <Button size="xs" variant="default" leftSection={<IconPencil size={16} />} onClick={() => setEdited(true)}>
              {common("edit")}
            </Button>
            <ReleaseSite id={id} name={name} />
          </>
        )
      }
    >
      {known === undefined && (
        <Alert color="volt" variant="light" title={t("notShared")}>
          {t("notSharedAbout")}
          {mayOperate && (
            <Button size="xs" mt="sm" display="block" onClick={() => setEdited(true)}>
              {t("sharePower")}
            </Button>
          )}
        </Alert>
      )}
      {known !== undefined && (
        <>
          <Facts
            of={[
              [t("policy"), t(`policies.${known.policy}`)],
              [
                t("gridLimit"),
                status.data?.gridLimit == null ? t("nothingAsked") : format.power(status.data.gridLimit),
              ],
              [t("surplus"), status.data?.surplus == null ? null : format.power(status.data.surplus)],
              [t("priceNow"), status.data?.price == null ? null : format.number(status.data.price, 4)],
              [t("transformer"), place.data.substationId],
              [t("decided"), <Ago key="" at={status.data?.at} />],
            ]}
          />
          {status.error !== null && <Failure error={status.error} retry={status.refetch} />}
          <Section title={t("tree")}>
            <SiteTree site={known} status={status.data} />
          </Section>
        </>
      )}
      {isEdited && <SiteForm place={place.data} known={known} onClose={() => setEdited(false)} />}
    </Page>
  );
}
