// What a user charges with.
import { Anchor, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { $api } from "../../api/client";
import { Failure } from "../../ui/failure";
import { Section } from "../../ui/section";
import { Status } from "../../ui/status";

export function UserTokens({ userId }: { userId: string }) {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const { data, error, refetch } = $api.useQuery("get", "/api/id-tokens", { params: { query: { userId } } });
  const all = (
    <Anchor component={Link} href={`/id-tokens?userId=${encodeURIComponent(userId)}`} size="sm">
      {common("all")}
    </Anchor>
  );
  return (
    <Section title={common("pages.idTokens")} actions={all}>
      {error !== null && <Failure error={error} retry={refetch} />}
      {data?.items.length === 0 && (
        <Text c="dimmed" size="sm">
          {t("noTokensOfUser")}
        </Text>
      )}
      {data?.items.map(({ idToken, status, note }) => (
        <Group key={idToken} gap="sm">
          <Text size="sm">{idToken}</Text>
          <Status value={status} />
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        </Group>
      ))}
    </Section>
  );
}
