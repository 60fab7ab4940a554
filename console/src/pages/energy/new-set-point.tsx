// Asks the fleet for a power: negative is given back to the grid.
import { NumberInput, Select } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { invalidate } from "../../api/queries";
import { oneOf } from "../../ui/filters";
import { needed, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";

const TAKERS = ["givingBack", "all"] as const;

export function NewSetPoint({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const form = useForm<{ powerKw: number | string; minutes: number | string; takesPart: string }>({
    initialValues: { powerKw: "", minutes: 60, takesPart: "givingBack" },
    validate: { powerKw: needed(common("needed")), minutes: needed(common("needed")) },
  });
  const submission = useSubmit(form, async ({ powerKw, minutes, takesPart }) => {
    const until = new Date(Date.now() + Number(minutes) * 60_000).toISOString();
    const body = { powerW: Number(powerKw) * 1000, until, takesPart: oneOf(TAKERS, takesPart) };
    await api.POST("/api/set-points", { body });
    await invalidate("/api/set-points");
    onClose();
  });
  return (
    <FormDrawer title={t("newSetPoint")} submission={submission} onClose={onClose} action={t("askFleet")}>
      <NumberInput
        label={t("setPointPower")}
        description={t("setPointPowerAbout")}
        suffix=" kW"
        required
        {...form.getInputProps("powerKw")}
      />
      <NumberInput label={t("forMinutes")} min={1} allowDecimal={false} {...form.getInputProps("minutes")} />
      <Select
        label={t("takesPart")}
        allowDeselect={false}
        data={TAKERS.map((value) => ({ value, label: t(`takers.${value}`) }))}
        {...form.getInputProps("takesPart")}
      />
    </FormDrawer>
  );
}
