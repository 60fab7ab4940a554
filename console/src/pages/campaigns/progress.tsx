// How far a campaign is, as a bar of what its chargers have come to.
import { Progress, Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";

type Progress_ = Schemas["CampaignProgress"];

const PARTS = [
  ["installed", "green"],
  ["updating", "blue"],
  ["failed", "red"],
  ["skipped", "yellow"],
  ["notReached", "orange"],
  ["aborted", "gray"],
] as const satisfies readonly (readonly [keyof Progress_, string])[];

export function CampaignProgress({ progress }: { progress: Progress_ }) {
  const { t } = useTranslation("campaigns");
  if (progress.total === 0) return <Text size="sm">–</Text>;
  const words = PARTS.filter(([part]) => progress[part] > 0).map(([part]) => `${t(`parts.${part}`)} ${progress[part]}`);
  const label = `${words.join(", ") || t("parts.waiting")} (${progress.total})`;
  return (
    <Tooltip label={label}>
      <Progress.Root size="lg" role="img" aria-label={label}>
        {PARTS.map(([part, colour]) => (
          <Progress.Section
            key={part}
            value={(progress[part] / progress.total) * 100}
            color={colour}
            withAria={false}
          />
        ))}
      </Progress.Root>
    </Tooltip>
  );
}
