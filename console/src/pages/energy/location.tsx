// One location: read, changed, or made.
import { Button } from "@mantine/core";
import { IconBuildingFactory2, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { $api, api } from "../../api/client";
import { useMay } from "../../api/me";
import { ask } from "../../ui/confirm";
import { Failure } from "../../ui/failure";
import { JsonView } from "../../ui/json-view";
import { pathTo } from "../../ui/links";
import { Loading } from "../../ui/loading";
import { useChange } from "../../ui/mutate";
import { Page } from "../../ui/page";
import { LocationForm } from "./location-form";

export default function Location({ params: { id } }: { params: { id?: string } }) {
  const { t } = useTranslation("energy");
  if (id !== undefined) return <Known id={id} />;
  return (
    <Page title={t("newLocation")} about={t("locationAbout")}>
      <LocationForm />
    </Page>
  );
}

function Known({ id }: { id: string }) {
  const { t } = useTranslation("energy");
  const mayOperate = useMay("operator");
  const { data, error, refetch } = $api.useQuery("get", "/api/locations/{id}", { params: { path: { id } } });
  if (data === undefined) return error ? <Failure error={error} retry={refetch} /> : <Loading />;
  return (
    <Page
      title={data.name ?? data.address}
      about={`${data.address}, ${data.city} · ${data.id}`}
      actions={
        <>
          <Button
            component={Link}
            href={pathTo.site(id)}
            size="xs"
            variant="default"
            leftSection={<IconBuildingFactory2 size={16} />}
          >
            {t("sharedPower")}
          </Button>
          {mayOperate && <Delete id={id} name={data.name ?? data.address} />}
        </>
      }
    >
      {mayOperate ? <LocationForm key={data.lastUpdated} known={data} /> : <JsonView label={id} value={data} />}
    </Page>
  );
}

function Delete({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const change = useChange({ done: t("deleted"), stale: ["/api/locations"] });
  const remove = async () => {
    const isDone = await change.run(() => api.DELETE("/api/locations/{id}", { params: { path: { id } } }));
    if (isDone) navigate("/locations");
  };
  const askFirst = () =>
    ask({
      title: t("reallyDelete", { name }),
      body: t("noWayBack"),
      confirm: t("delete"),
      isDangerous: true,
      onConfirm: () => void remove(),
    });
  return (
    <Button size="xs" variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={askFirst}>
      {t("delete")}
    </Button>
  );
}
