// Opens what its row is about, for keyboards as for mice.
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

export function RowButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <UnstyledButton onClick={onClick} fz="sm" c="var(--mantine-color-anchor)">
      {children}
    </UnstyledButton>
  );
}
