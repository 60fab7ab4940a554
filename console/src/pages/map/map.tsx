// Where the chargers stand, and how they are; beside the map a list says the same to those who do not use maps.
import { Alert, Anchor, Card, Grid, Group, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { $api } from "../../api/client";
import { WHOLE } from "../../api/queries";
import { useFreshRows } from "../../live/rows";
import { Failure } from "../../ui/failure";
import { CURSOR_PAGING, useItems } from "../../ui/list";
import { Loading } from "../../ui/loading";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { useRest } from "../../ui/use-rest";
import { type Place, placesOf } from "./places";
import { Plan } from "./plan";
import { TileChoice } from "./tile-choice";

export default function Atlas() {
  const { t } = useTranslation("map");
  const { t: common } = useTranslation();
  const { places, error, isPending } = usePlaces();
  return (
    <Page title={common("pages.map")} about={t("about")} actions={<TileChoice />}>
      {error != null && <Failure error={error} />}
      {isPending && <Loading />}
      {!isPending && places.length === 0 && <Alert color="gray">{t("none")}</Alert>}
      <Grid gap="md" style={{ flex: 1, minHeight: 0 }}>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Plan places={places} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack gap="xs" role="list" aria-label={t("list")}>
            {places.map((place) => (
              <Entry key={place.id} place={place} />
            ))}
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Entry({ place }: { place: Place }) {
  return (
    <Card withBorder padding="sm" role="listitem">
      <Text fw={600} size="sm">
        {place.name}
      </Text>
      <Text size="sm" c="dimmed">
        {place.address}
      </Text>
      {place.chargers.map(({ id, status }) => (
        <Group key={id} gap="xs" mt={4}>
          <Anchor component={Link} href={`/charge-points/${encodeURIComponent(id)}`} size="sm">
            {id}
          </Anchor>
          <Status value={status} />
        </Group>
      ))}
    </Card>
  );
}

/** Locations and the chargers at them, all of them: a map of a part would mislead. */
function usePlaces() {
  const locations = $api.useInfiniteQuery(
    "get",
    "/api/locations",
    { params: { query: { limit: 500 } } },
    { ...CURSOR_PAGING, meta: WHOLE },
  );
  const request = { params: { query: { limit: 500 } } };
  const chargers = $api.useInfiniteQuery("get", "/api/charge-points", request, { ...CURSOR_PAGING, meta: WHOLE });
  useFreshRows(["get", "/api/charge-points", request], {});
  useRest(locations);
  useRest(chargers);
  const [where, who] = [useItems(locations), useItems(chargers)];
  const places = useMemo(() => placesOf(where, who), [where, who]);
  return { places, error: locations.error ?? chargers.error, isPending: locations.isPending || chargers.isPending };
}
