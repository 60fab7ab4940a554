// One tariff: read, changed, or made.
import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { $api, api } from "../../api/client";
import { useMay } from "../../api/me";
import { ask } from "../../ui/confirm";
import { Failure } from "../../ui/failure";
import { JsonView } from "../../ui/json-view";
import { Loading } from "../../ui/loading";
import { useChange } from "../../ui/mutate";
import { Page } from "../../ui/page";
import { GiveTariff } from "./give-tariff";
import { TariffForm } from "./tariff-form";

export default function Tariff({ params: { id } }: { params: { id?: string } }) {
  const { t } = useTranslation("money");
  const mayOperate = useMay("operator");
  if (id !== undefined) return <Known id={id} mayOperate={mayOperate} />;
  return (
    <Page title={t("newTariff")} about={t("tariffAbout")}>
      <TariffForm />
    </Page>
  );
}

function Known({ id, mayOperate }: { id: string; mayOperate: boolean }) {
  const { t } = useTranslation("money");
  const [isGiven, setGiven] = useState(false);
  const { data, error, refetch } = $api.useQuery("get", "/api/tariffs/{id}", { params: { path: { id } } });
  if (data === undefined) return error ? <Failure error={error} retry={refetch} /> : <Loading />;
  return (
    <Page
      title={data.id}
      about={t("tariffAbout")}
      actions={
        mayOperate && (
          <>
            <Button size="xs" variant="default" onClick={() => setGiven(true)}>
              {t("giveTariff")}
            </Button>
            <Delete id={id} />
          </>
        )
      }
    >
      {isGiven && <GiveTariff tariffId={id} onClose={() => setGiven(false)} />}
      {mayOperate ? <TariffForm key={data.lastUpdated} known={data} /> : <JsonView label={id} value={data} />}
    </Page>
  );
}

function Delete({ id }: { id: string }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const change = useChange({ done: t("deleted"), stale: ["/api/tariffs"] });
  const remove = async () => {
    const isDone = await change.run(() => api.DELETE("/api/tariffs/{id}", { params: { path: { id } } }));
    if (isDone) navigate("/tariffs");
  };
  const askFirst = () =>
    ask({
      title: t("reallyDelete", { name: id }),
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
