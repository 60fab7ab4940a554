// Gives a tariff to a charger of OCPP 2.1, which shows its prices.
import { NumberInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { ChargePointInput } from "../../ui/charge-point-input";
import { tellOutcome } from "../../ui/command-outcome";
import { needed, numberOf, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";

export function GiveTariff({ tariffId, onClose }: { tariffId: string; onClose: () => void }) {
  const { t } = useTranslation("money");
  const { t: common } = useTranslation();
  const form = useForm({
    initialValues: { chargePointId: "", evseId: "" as number | string },
    validate: { chargePointId: needed(common("needed")) },
  });
  const submission = useSubmit(form, async ({ chargePointId, evseId }) => {
    const { data } = await api.POST("/api/charge-points/{id}/default-tariff", {
      params: { path: { id: chargePointId } },
      body: { tariffId, evseId: numberOf(evseId) },
    });
    if (data !== undefined) tellOutcome(data);
    onClose();
  });
  return (
    <FormDrawer title={t("giveTariff")} submission={submission} onClose={onClose} action={t("give")}>
      <ChargePointInput
        label={t("chargePoint")}
        description={t("giveTariffAbout")}
        required
        {...form.getInputProps("chargePointId")}
      />
      <NumberInput
        label={t("evse")}
        description={t("allEvsesAbout")}
        min={0}
        allowDecimal={false}
        {...form.getInputProps("evseId")}
      />
    </FormDrawer>
  );
}
