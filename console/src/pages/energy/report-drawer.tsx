// Beside a list: what became of one thing that was asked.
import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** @param children of nothing chosen: undefined */
export function ReportDrawer({ onClose, children }: { onClose: () => void; children: ReactNode | undefined }) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  return (
    <Drawer
      opened={children !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={t("reached")}
      closeButtonProps={{ "aria-label": common("close") }}
    >
      {children}
    </Drawer>
  );
}
