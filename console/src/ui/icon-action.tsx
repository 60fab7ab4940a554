// A small button that is only a sign; its words are read out and shown on hover.
import { ActionIcon, Tooltip } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";

interface IconActionProps {
  icon: TablerIcon;
  label: string;
  onClick: () => void;
}

export function IconAction({ icon: Icon, label, onClick }: IconActionProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={onClick}
        style={{ verticalAlign: "middle" }}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
