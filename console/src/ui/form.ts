// Forms: what the server finds wrong stands at its field, and everything it said above the buttons.
import type { UseFormReturnType } from "@mantine/form";
import { type SubmitEventHandler, useState } from "react";
import { ApiProblem } from "../api/problem";

export interface Submission {
  failure: unknown;
  isBusy: boolean;
  onSubmit: SubmitEventHandler<HTMLFormElement>;
}

/** @param send rejects with what the server said; its pointers are the paths of the form's fields */
export function useSubmit<Values extends object>(
  form: UseFormReturnType<Values>,
  send: (values: Values) => Promise<unknown>,
): Submission {
  const [failure, setFailure] = useState<unknown>();
  const onSubmit = form.onSubmit(async (values) => {
    setFailure(undefined);
    try {
      await send(values);
    } catch (error) {
      setFailure(error);
      if (error instanceof ApiProblem) form.setErrors(error.fieldErrors);
    }
  });
  return { failure, isBusy: form.submitting, onSubmit };
}

/** A text field's value for the API: what was left empty is not said. */
export function textOf(value: string): string | undefined {
  const text = value.trim();
  return text === "" ? undefined : text;
}

/** The same of a number's field, which holds "" while it is empty. */
export function numberOf(value: number | string): number | undefined {
  return value === "" ? undefined : Number(value);
}

/** A rule for a field, a number's too, that must not be left empty; `text` says so. */
export const needed =
  (text: string) =>
  (value: number | string): string | null =>
    value === "" ? text : null;
