// Short words at the edge of the screen: what was done, and what was refused.
import { notifications } from "@mantine/notifications";
import i18next from "i18next";

export function notifyDone(message: string): void {
  notifications.show({ message, color: "volt", ...look() });
}

/** Failures stay until they are read. */
export function notifyFailure(error: unknown, title?: string): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({ title, message, color: "red", autoClose: false, ...look() });
}

function look() {
  return { withBorder: true, closeButtonProps: { "aria-label": i18next.t("dismiss") } };
}
