// Asks before something that cannot be taken back, or that a driver in front of a charger would feel.
import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import i18next from "i18next";

interface Question {
  title: string;
  /** What will happen. */
  body: string;
  /** The word on the button, e.g. "Delete". */
  confirm: string;
  isDangerous?: boolean;
  onConfirm: () => void;
}

export function ask({ title, body, confirm, isDangerous = false, onConfirm }: Question): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{body}</Text>,
    labels: { confirm, cancel: i18next.t("cancel") },
    confirmProps: isDangerous ? { color: "red" } : {},
    onConfirm,
  });
}
