// Takes the charger out of the register; its history stays.
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { invalidate } from "../../../api/queries";
import { ask } from "../../../ui/confirm";
import { notifyFailure } from "../../../ui/notify";
import type { PartProps } from "../tabs";

export function Remove({ charger: { id } }: PartProps) {
  const { t } = useTranslation("charger");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/charge-points/{id}", { params: { path: { id } } }),
    onSuccess() {
      navigate("/charge-points");
      void invalidate("/api/charge-points");
    },
    onError: (error) => notifyFailure(error),
  });
  return (
    <Button
      variant="light"
      color="red"
      loading={remove.isPending}
      onClick={() =>
        ask({
          title: t("settings.remove", { id }),
          body: t("settings.removeAbout"),
          confirm: common("delete"),
          isDangerous: true,
          onConfirm: () => remove.mutate(),
        })
      }
    >
      {t("settings.remove", { id })}
    </Button>
  );
}
