// Short words at the edge of the screen: what was done, and what was refused.
import type { NotificationData } from "@mantine/notifications";
import { notifications } from "@mantine/notifications";
import i18next from "i18next";

export function notify(words: NotificationData): void {
  notifications.show({
    withBorder: true,
    closeButtonProps: { "aria-label": i18next.t("dismiss") },
    // The library's grey is too pale to be read by everybody.
    styles: { description: { color: "var(--mantine-color-dimmed)" } },
    ...words,
  });
}

export function notifyDone(message: string): void {
  notify({ message, color: "volt" });
}

/** Failures stay until they are read. */
export function notifyFailure(error: unknown, title?: string): void {
  const message = error instanceof Error ? error.message : String(error);
  notify({ title, message, color: "red", autoClose: false });
}
