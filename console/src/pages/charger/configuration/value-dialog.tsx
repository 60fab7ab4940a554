// One setting of the charger: what it is, and what it shall be.
import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface ValueDialogProps {
  name: string;
  value: string;
  error: unknown;
  isBusy: boolean;
  onSave: (value: string) => void;
  onClose: () => void;
}

export function ValueDialog({ name, value, error, isBusy, onSave, onClose }: ValueDialogProps) {
  const { t } = useTranslation("charger");
  const { t: common } = useTranslation();
  const [wanted, setWanted] = useState(value);
  return (
    <Modal opened onClose={onClose} title={name} closeButtonProps={{ "aria-label": common("cancel") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave(wanted);
        }}
      >
        <Stack gap="sm">
          <Textarea
            label={t("configuration.value")}
            autosize
            data-autofocus
            value={wanted}
            onChange={({ currentTarget }) => setWanted(currentTarget.value)}
            error={error instanceof Error ? error.message : undefined}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" loading={isBusy} disabled={wanted === value}>
              {common("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
