// Another security profile, or a new password for the charger: handed to whoever sets it up, or sent to the charger itself.
import { Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { useMay } from "../../../api/me";
import { invalidate } from "../../../api/queries";
import { ask } from "../../../ui/confirm";
import { showCredentials } from "../../../ui/credentials";
import { notifyFailure } from "../../../ui/notify";
import type { PartProps } from "../tabs";
import { ProfileMove } from "./profile-move";

export function Credentials({ charger }: PartProps) {
  const { id, connected } = charger;
  const { t } = useTranslation("charger");
  const [isMoving, setMoving] = useState(false);
  const path = { params: { path: { id } } };
  const make = useMutation({
    mutationFn: (how: "hand" | "send") =>
      how === "hand"
        ? api.POST("/api/charge-points/{id}/credentials", path)
        : api.POST("/api/charge-points/{id}/credentials/rotate", path),
    onSuccess: ({ data }) =>
      data && showCredentials({ identity: id, username: data.username, password: data.password }),
    onError: (error) => notifyFailure(error),
    onSettled: () => invalidate("/api/charge-points"),
  });
  if (!useMay("operator")) return null;
  const confirm = (how: "hand" | "send"): void =>
    ask({
      title: t(`security.${how}`),
      body: t(`security.${how}About`),
      confirm: t(`security.${how}`),
      isDangerous: true,
      onConfirm: () => make.mutate(how),
    });
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" disabled={!connected} onClick={() => setMoving(true)}>
        {t("security.move")}
      </Button>
      {isMoving && <ProfileMove charger={charger} onClose={() => setMoving(false)} />}
      <Button
        size="xs"
        variant="default"
        disabled={!connected}
        loading={make.isPending}
        onClick={() => confirm("send")}
      >
        {t("security.send")}
      </Button>
      <Button size="xs" variant="default" loading={make.isPending} onClick={() => confirm("hand")}>
        {t("security.hand")}
      </Button>
    </Group>
  );
}
