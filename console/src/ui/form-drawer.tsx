// A form beside the page it belongs to.
import { Button, Drawer, Group, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "./failure";
import type { Submission } from "./form";

interface FormDrawerProps {
  title: string;
  submission: Submission;
  onClose: () => void;
  /** On the button that sends; "Save" by default. */
  action?: string;
  size?: "md" | "lg" | "xl";
  children: ReactNode;
}

/** Open while it is there. */
export function FormDrawer({ title, submission, onClose, action, size = "md", children }: FormDrawerProps) {
  const { t } = useTranslation();
  const { failure, isBusy, onSubmit } = submission;
  return (
    <Drawer
      opened
      onClose={onClose}
      title={title}
      position="right"
      size={size}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="sm">
          {children}
          {failure !== undefined && <Failure error={failure} />}
          <Group justify="flex-end" mt="sm">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={isBusy}>
              {action ?? t("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
