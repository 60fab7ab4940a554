// What went wrong lately, each with the way to where it can be looked into.
import { Anchor, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { Schemas } from "../../api/client";
import { Ago } from "../../ui/time";

type Trouble = Schemas["Trouble"];

const COLOURS: Record<Trouble["kind"], string> = {
  fault: "red",
  finding: "yellow",
  connectionRefused: "orange",
  jobFailed: "red",
  securityEvent: "grape",
  workFailed: "red",
};

const TABS: Partial<Record<Trouble["kind"], string>> = {
  finding: "?tab=findings",
  jobFailed: "?tab=jobs",
  securityEvent: "?tab=security",
};

export function TroubleList({ trouble }: { trouble: readonly Trouble[] }) {
  const { t } = useTranslation("overview");
  return (
    <Card withBorder padding="md" h="100%" component="section" aria-label={t("trouble")}>
      <Title order={2} mb="sm">
        {t("trouble")}
      </Title>
      {trouble.length === 0 && <Text c="dimmed">{t("noTrouble")}</Text>}
      <Stack gap="xs">
        {trouble.map((one) => (
          <Line key={[one.kind, one.at, one.chargePointId, one.code, one.connectorId].join()} trouble={one} />
        ))}
      </Stack>
    </Card>
  );
}

function Line({ trouble }: { trouble: Trouble }) {
  const { t } = useTranslation("overview");
  const { kind, at, chargePointId, code, detail, connectorId, count } = trouble;
  const place = placeOf(trouble);
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Badge color={COLOURS[kind]} variant="light" tt="none" radius="sm" style={{ flexShrink: 0 }}>
        {t(`kinds.${kind}`)}
      </Badge>
      <Text size="sm" style={{ flex: 1, overflowWrap: "anywhere" }}>
        {place !== undefined && (
          <>
            <Anchor component={Link} href={place} size="sm" underline="always">
              {chargePointId ?? t("look")}
            </Anchor>{" "}
          </>
        )}
        {[connectorId !== null && t("connector", { connectorId }), code, detail].filter(Boolean).join(" · ")}
        {count > 1 && ` · ${t("times", { count })}`}
      </Text>
      <Text size="sm" c="dimmed" style={{ flexShrink: 0 }}>
        <Ago at={at} />
      </Text>
    </Group>
  );
}

function placeOf({ kind, chargePointId }: Trouble): string | undefined {
  // Who was refused may be nobody's: its door is the list of those.
  if (kind === "connectionRefused") return `/refused-connections?identity=${encodeURIComponent(chargePointId ?? "")}`;
  if (kind === "workFailed") return "/system";
  if (chargePointId === null) return undefined;
  return `/charge-points/${encodeURIComponent(chargePointId)}${TABS[kind] ?? ""}`;
}
