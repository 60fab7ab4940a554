// What the grid asks, typed in by hand: a limit or a tariff, over one period or several.
import { ActionIcon, Button, Group, NumberInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { needed, numberOf, textOf, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { MomentInput } from "../../ui/moment-input";
import { notifyDone } from "../../ui/notify";
import { kindOf, TYPES } from "./signal-words";

interface GridSignalFormProps {
  /** The one that is shown. */
  transformerId: string | undefined;
  onClose: () => void;
}

const HOUR_MS = 3_600_000;
const newPeriod = (from: number) => ({
  from: new Date(from).toISOString(),
  to: new Date(from + HOUR_MS).toISOString(),
  value: "" as number | string,
});

export function GridSignalForm({ transformerId, onClose }: GridSignalFormProps) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const type: Schemas["NewDsoSignal"]["type"] = "capacityLimit";
  const form = useForm({
    initialValues: {
      ...{ id: "", transformerId: transformerId ?? "", type, unit: "kW" },
      periods: [newPeriod(Date.now())],
    },
    validate: { periods: { value: needed(common("needed")) } },
  });
  const submission = useSubmit(form, async (values) => {
    await api.POST("/api/dso-signals", {
      body: {
        ...{ id: textOf(values.id), type: values.type, transformerId: values.transformerId, unit: values.unit },
        periods: values.periods.map(({ from, to, value }) => ({ from, to, value: numberOf(value) ?? 0 })),
      },
    });
    await invalidate("/api/dso-signals", "/api/sites");
    notifyDone(t("signalTaken"));
    onClose();
  });
  const kind = form.getInputProps("type");
  const last = form.values.periods.at(-1);
  return (
    <FormDrawer title={t("newSignal")} submission={submission} onClose={onClose} size="lg">
      <TextInput
        label={t("transformer")}
        description={t("transformerAbout")}
        required
        {...form.getInputProps("transformerId")}
      />
      <Group grow align="flex-start">
        <Select
          label={t("type")}
          data={TYPES.map((value) => ({ value, label: t(`signals.${kindOf(value)}`) }))}
          allowDeselect={false}
          {...kind}
          onChange={(value) => {
            kind.onChange(value);
            form.setFieldValue("unit", value === "duosTariff" ? "EUR/kWh" : "kW");
          }}
        />
        <TextInput label={t("unit")} required {...form.getInputProps("unit")} />
        <TextInput label={t("signalId")} description={t("signalIdAbout")} {...form.getInputProps("id")} />
      </Group>
      {form.values.periods.map((_, index) => (
        <Group key={index} gap="xs" align="flex-end" role="group" aria-label={t("period")}>
          <MomentInput label={t("from")} required {...form.getInputProps(`periods.${index}.from`)} />
          <MomentInput label={t("to")} required {...form.getInputProps(`periods.${index}.to`)} />
          <NumberInput label={t("value")} required w={120} {...form.getInputProps(`periods.${index}.value`)} />
          {form.values.periods.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={common("remove")}
              onClick={() => form.removeListItem("periods", index)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <Group>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem("periods", newPeriod(last ? Date.parse(last.to) : Date.now()))}
        >
          {t("addPeriod")}
        </Button>
      </Group>
    </FormDrawer>
  );
}
