// The driver's first page: what is charging now, and where one may charge.
import { Alert, Anchor, Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { $api } from "../../api/client";
import { Failure } from "../../ui/failure";
import { CURSOR_PAGING, useItems } from "../../ui/list";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { ActiveSession } from "./active-session";
import { Place } from "./place";

const LOOK_AGAIN_MS = 10_000;

export default function Drive() {
  const { t } = useTranslation("drive");
  const { t: common } = useTranslation();
  const tokens = $api.useQuery("get", "/api/driver/id-tokens");
  const mayCharge = tokens.data?.items.some(({ status }) => status === "accepted");
  return (
    <Page title={common("pages.drive")}>
      {mayCharge === false && (
        <Alert color="yellow" variant="light" title={t("noToken")}>
          <Anchor component={Link} href="/my-tokens">
            {t("toTokens")}
          </Anchor>
        </Alert>
      )}
      <Active />
      <Title order={2}>{t("places")}</Title>
      <Places mayStart={mayCharge === true} />
    </Page>
  );
}

function Active() {
  const query = { status: "active", limit: 10 } as const;
  // A start shows itself by an event; where that is lost, a moment later.
  const { data } = $api.useQuery("get", "/api/transactions", { params: { query } }, { refetchInterval: LOOK_AGAIN_MS });
  return (
    <Stack>
      {data?.items.map(({ id }) => (
        <ActiveSession key={id} id={id} />
      ))}
    </Stack>
  );
}

function Places({ mayStart }: { mayStart: boolean }) {
  const { t } = useTranslation("drive");
  const query = { limit: 100 };
  const list = $api.useInfiniteQuery("get", "/api/driver/locations", { params: { query } }, CURSOR_PAGING);
  const places = useItems(list);
  if (list.error) return <Failure error={list.error} retry={list.refetch} />;
  if (list.isPending) return <Loading />;
  return (
    <Stack>
      {places.length === 0 && t("noPlaces")}
      {places.map((place) => (
        <Place key={place.id} place={place} mayStart={mayStart} />
      ))}
    </Stack>
  );
}
