// Short words at the edge of the screen: what was done, and what was refused.
import { notifications } from "@mantine/notifications";

export function notifyDone(message: string): void {
  notifications.show({ message, color: "volt", withBorder: true });
}

/** Failures stay until they are read. */
export function notifyFailure(error: unknown, title?: string): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({ title, message, color: "red", withBorder: true, autoClose: false });
}
