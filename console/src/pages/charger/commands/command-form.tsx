// A command as a form made of its official schema.

import { Button } from "@mantine/core";
import Form from "@rjsf/mantine";
import type { RJSFSchema, UiSchema } from "@rjsf/utils";
import { useTranslation } from "react-i18next";
import classes from "./command-form.module.css";
import { errorsOf, serverDecides } from "./validator";

interface CommandFormProps {
  schema: RJSFSchema;
  payload: object;
  /** What the server found wrong, by dotted path. */
  errors: Record<string, string>;
  isBusy: boolean;
  onChange: (payload: object) => void;
  onSend: () => void;
}

/** What is optional is not in the way until somebody adds it. */
const UI: UiSchema = { "ui:globalOptions": { enableOptionalDataFieldForType: ["object", "array"] } };

export default function CommandForm({ schema, payload, errors, isBusy, onChange, onSend }: CommandFormProps) {
  const { t } = useTranslation("charger");
  return (
    <Form
      className={classes.form}
      schema={schema}
      uiSchema={UI}
      formData={payload}
      validator={serverDecides}
      extraErrors={errorsOf(errors)}
      showErrorList={false}
      idPrefix="command"
      experimental_defaultFormStateBehavior={{ emptyObjectFields: "skipEmptyDefaults" }}
      onChange={({ formData }) => onChange(formData ?? {})}
      onSubmit={onSend}
    >
      <Button type="submit" loading={isBusy} mt="sm">
        {t("commands.send")}
      </Button>
    </Form>
  );
}
