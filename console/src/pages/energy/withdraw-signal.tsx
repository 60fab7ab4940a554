// Takes a signal back.
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { ask } from "../../ui/confirm";
import { useChange } from "../../ui/mutate";
import type { Signal } from "./signal-words";

export function WithdrawSignal({ of: { id, transformerId } }: { of: Signal }) {
  const { t } = useTranslation("energy");
  const change = useChange({ done: t("withdrawn"), stale: ["/api/dso-signals", "/api/sites"] });
  const withdraw = () => change.run(() => api.DELETE("/api/dso-signals/{id}", { params: { path: { id } } }));
  const askFirst = () =>
    ask({
      title: t("reallyWithdraw"),
      body: t("withdrawAbout", { transformerId }),
      confirm: t("withdraw"),
      isDangerous: true,
      onConfirm: () => void withdraw(),
    });
  return (
    <Button size="compact-xs" variant="subtle" color="red" onClick={askFirst}>
      {t("withdraw")}
    </Button>
  );
}
