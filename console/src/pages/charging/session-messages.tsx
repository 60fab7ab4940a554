// The messages that made a session, out of the charger's log.
import { Accordion, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { WHOLE } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { Failure } from "../../ui/failure";
import { JsonView } from "../../ui/json-view";
import { CURSOR_PAGING, useItems } from "../../ui/list";
import { Section } from "../../ui/section";
import { useRest } from "../../ui/use-rest";

/** The log is in order of receipt: the last of a session may come a little later than it says it ended. */
const LATE_MS = 60_000;
const PAGE = 500;
/** What says something of the session itself. Meter values are in the curve. */
const TELLING = [
  ...["StartTransaction", "StopTransaction", "TransactionEvent", "Authorize", "StatusNotification"],
  ...["RemoteStartTransaction", "RemoteStopTransaction", "RequestStartTransaction", "RequestStopTransaction"],
  ...["SetChargingProfile", "ClearChargingProfile", "CostUpdated", "NotifyEVChargingNeeds", "ReserveNow"],
].join();

export function SessionMessages({ session }: { session: Schemas["Transaction"] }) {
  const { t } = useTranslation("charging");
  const format = useFormat();
  const around = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();
  const list = $api.useInfiniteQuery(
    "get",
    "/api/charge-points/{id}/messages",
    {
      params: {
        path: { id: session.chargePointId },
        query: {
          action: TELLING,
          from: around(session.startedAt, -LATE_MS),
          to: session.stoppedAt === null ? undefined : around(session.stoppedAt, LATE_MS),
          limit: PAGE,
        },
      },
    },
    { ...CURSOR_PAGING, meta: WHOLE },
  );
  useRest(list);
  const { data, error, refetch } = list;
  const shown = useItems(list);
  return (
    <Section title={t("messages")}>
      {error !== null && <Failure error={error} retry={refetch} />}
      {data !== undefined && shown.length === 0 && (
        <Text c="dimmed" size="sm">
          {t("noMessages")}
        </Text>
      )}
      <Accordion chevronPosition="left" variant="default">
        {shown.map(({ seq, at, direction, action, frame, answer }) => (
          <Accordion.Item key={seq} value={String(seq)}>
            <Accordion.Control py={0}>
              <Group gap="md">
                <Text size="sm" c="dimmed" w={170}>
                  {format.time(at)}
                </Text>
                <Text size="sm" c="dimmed" w={70}>
                  {t(`directions.${direction}`)}
                </Text>
                <Text size="sm">{action}</Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <JsonView label={action ?? ""} value={pretty(frame)} />
              {answer !== null && <JsonView label={t("answer")} value={pretty(answer)} />}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Section>
  );
}

/** A frame may be anything; what is no JSON is shown as it came. */
function pretty(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return frame;
  }
}
