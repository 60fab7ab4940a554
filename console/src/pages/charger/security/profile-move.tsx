// Moves a charger to another security profile: it is told, and the registry follows when it comes under the new one.
import { Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { invalidate } from "../../../api/queries";
import { tellOutcome } from "../../../ui/command-outcome";
import { numberOf, textOf, useSubmit } from "../../../ui/form";
import { FormDrawer } from "../../../ui/form-drawer";
import type { PartProps } from "../tabs";

const PROFILES = ["0", "1", "2", "3"];

export function ProfileMove({ charger, onClose }: PartProps & { onClose: () => void }) {
  const { t } = useTranslation("charger");
  const { id, securityProfile, ocppVersion } = charger;
  const form = useForm({
    initialValues: {
      profile: String(Math.min(3, securityProfile + 1)),
      ...{ force: false, slot: "" as number | string, url: "" },
    },
  });
  const { profile, slot } = form.values;
  const submission = useSubmit(form, async (values) => {
    const [number, url] = [numberOf(values.slot), textOf(values.url)];
    const { data } = await api.POST("/api/charge-points/{id}/security-profile", {
      params: { path: { id } },
      body: {
        ...{ profile: Number(values.profile), force: values.force },
        ...(number === undefined || url === undefined ? {} : { network: { slot: number, url } }),
      },
    });
    await invalidate("/api/charge-points");
    for (const command of data?.commands ?? []) tellOutcome(command);
    onClose();
  });
  return (
    <FormDrawer title={t("security.move")} submission={submission} onClose={onClose} action={t("security.move")}>
      <Select
        label={t("security.profile")}
        description={t("security.moveAbout")}
        allowDeselect={false}
        data={PROFILES.map((value) => ({ value, label: `${value} · ${t(`security.profiles.${value}`)}` }))}
        {...form.getInputProps("profile")}
      />
      {Number(profile) < securityProfile && (
        <Checkbox label={t("security.force")} {...form.getInputProps("force", { type: "checkbox" })} />
      )}
      {ocppVersion !== null && ocppVersion !== "1.6" && (
        <>
          <NumberInput
            label={t("security.slot")}
            description={t("security.slotAbout")}
            min={0}
            allowDecimal={false}
            {...form.getInputProps("slot")}
          />
          <TextInput
            label={t("security.url")}
            placeholder="wss://csms.example/ws/ocpp"
            required={slot !== ""}
            {...form.getInputProps("url")}
          />
        </>
      )}
    </FormDrawer>
  );
}
