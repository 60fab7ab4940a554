// One number that says how things are.
import { Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Figure({ label, value, about }: { label: string; value: ReactNode; about?: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600} size="lg">
        {value ?? "–"}
      </Text>
      {about !== undefined && (
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      )}
    </div>
  );
}
