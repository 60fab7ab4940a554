// Whether what is shown is live.
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FeedState } from "../live/feed-socket";

const COLOURS: Record<FeedState, string> = { live: "green", connecting: "gray", away: "red" };

export function FeedLamp({ state }: { state: FeedState }) {
  const { t } = useTranslation();
  return (
    <Badge variant="dot" color={COLOURS[state]} tt="none" title={t(`feed.${state}About`)} role="status">
      {t(`feed.${state}`)}
    </Badge>
  );
}
