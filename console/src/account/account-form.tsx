// A form of these pages: sends once, then says what happened instead of the form.
import { Alert, Button, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";
import { ApiProblem } from "../api/problem";
import { Failure } from "../ui/failure";

interface AccountFormProps<Values extends Record<string, unknown>> {
  form: UseFormReturnType<Values>;
  /** Rejects with what the server refused. */
  onSubmit: (values: Values) => Promise<unknown>;
  submit: string;
  /** Said when it was done. */
  done: string;
  children: ReactNode;
}

export function AccountForm<Values extends Record<string, unknown>>(props: AccountFormProps<Values>) {
  const { form, onSubmit, submit, done, children } = props;
  const [error, setError] = useState<unknown>();
  const [isDone, setDone] = useState(false);
  const send = form.onSubmit(async (values) => {
    setError(undefined);
    try {
      await onSubmit(values);
      setDone(true);
    } catch (failure) {
      if (failure instanceof ApiProblem) form.setErrors(failure.fieldErrors);
      setError(failure);
    }
  });
  if (isDone) {
    return (
      <Alert color="green" variant="light" role="status">
        {done}
      </Alert>
    );
  }
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="sm">
        {children}
        {error !== undefined && <Failure error={error} />}
        <Button type="submit" loading={form.submitting}>
          {submit}
        </Button>
      </Stack>
    </form>
  );
}
