// A form in a dialogue: what the server finds wrong stands at its field, the rest above the button.
import { Button, Group, Modal, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/problem";
import { Failure } from "./failure";

interface FormModalProps<Values extends Record<string, unknown>> {
  title: string;
  form: UseFormReturnType<Values>;
  /** Rejects with what the server refused. The dialogue closes when it resolves. */
  onSubmit: (values: Values) => Promise<unknown>;
  onClose: () => void;
  isOpen: boolean;
  /** The word on the button; "Save" by default. */
  submit?: string;
  size?: string;
  children: ReactNode;
}

export function FormModal<Values extends Record<string, unknown>>(props: FormModalProps<Values>) {
  const { title, form, onSubmit, onClose, isOpen, submit, size = "lg", children } = props;
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>();
  const close = (): void => {
    setError(undefined);
    onClose();
  };
  const send = form.onSubmit(async (values) => {
    setError(undefined);
    try {
      await onSubmit(values);
      close();
    } catch (failure) {
      if (failure instanceof ApiProblem) form.setErrors(failure.fieldErrors);
      setError(failure);
    }
  });
  return (
    <Modal opened={isOpen} onClose={close} title={title} size={size} closeButtonProps={{ "aria-label": t("cancel") }}>
      <form onSubmit={send} noValidate>
        <Stack gap="sm">
          {children}
          {error !== undefined && <Failure error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={form.submitting}>
              {submit ?? t("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
