// While something comes: quiet for a moment, so that what is quick does not flicker.
import { Center, Loader } from "@mantine/core";
import { useTimeout } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";

const QUIET_MS = 200;

export function Loading() {
  const { t } = useTranslation("common", { useSuspense: false });
  const [isShown, setShown] = useState(false);
  useTimeout(() => setShown(true), QUIET_MS, { autoInvoke: true });
  return <Center mih={160}>{isShown && <Loader size="sm" aria-label={t("loading")} />}</Center>;
}
