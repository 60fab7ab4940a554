// Ends the sharing of a location's power.
import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { ask } from "../../ui/confirm";
import { useChange } from "../../ui/mutate";

export function ReleaseSite({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation("energy");
  const change = useChange({ done: t("released"), stale: ["/api/sites"] });
  const release = () => change.run(() => api.DELETE("/api/sites/{id}", { params: { path: { id } } }));
  const askFirst = () =>
    ask({
      title: t("reallyRelease", { name }),
      body: t("releaseAbout"),
      confirm: t("release"),
      isDangerous: true,
      onConfirm: () => void release(),
    });
  return (
    <Button size="xs" variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={askFirst}>
      {t("release")}
    </Button>
  );
}
