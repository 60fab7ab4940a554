// What can be asked of every charger, whatever version it speaks: a button each, and its few questions in a dialogue.
import { Button, SimpleGrid, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PartProps } from "../tabs";
import { ActionDialog } from "./action-dialog";
import { ACTIONS, type Action } from "./action-table";

export function Actions({ charger }: PartProps) {
  const { t } = useTranslation("charger");
  const [open, setOpen] = useState<Action | undefined>();
  return (
    <>
      <SimpleGrid cols={2} spacing="xs">
        {ACTIONS.map((action) => (
          <Button
            key={action.name}
            variant="default"
            size="xs"
            justify="flex-start"
            leftSection={<action.icon size={16} aria-hidden />}
            disabled={!charger.connected}
            onClick={() => setOpen(action)}
          >
            {t(`actions.${action.name}`)}
          </Button>
        ))}
      </SimpleGrid>
      {!charger.connected && (
        <Text size="sm" c="dimmed" mt="sm">
          {t("actions.offline")}
        </Text>
      )}
      {open !== undefined && <ActionDialog action={open} charger={charger} onClose={() => setOpen(undefined)} />}
    </>
  );
}
