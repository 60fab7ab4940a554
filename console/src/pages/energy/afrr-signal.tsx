// Sends an aFRR signal to the chargers of OCPP 2.1, and shows what each made of it.
import { NumberInput, Stack, Table, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { needed, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { Status } from "../../ui/status";

export function AfrrSignal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const [told, setTold] = useState<Schemas["AfrrSignal"]>();
  const form = useForm<{ signal: number | string }>({
    initialValues: { signal: "" },
    validate: { signal: needed(common("needed")) },
  });
  const submission = useSubmit(form, async ({ signal }) => {
    const { data } = await api.POST("/api/afrr-signals", { body: { signal: Number(signal) } });
    setTold(data);
  });
  return (
    <FormDrawer title={t("afrrSignal")} submission={submission} onClose={onClose} action={t("sendSignal")}>
      <NumberInput
        label={t("signal")}
        description={t("afrrAbout")}
        allowDecimal={false}
        required
        {...form.getInputProps("signal")}
      />
      <div aria-live="polite">{told && <Outcome {...told} />}</div>
    </FormDrawer>
  );
}

function Outcome({ chargePoints }: Schemas["AfrrSignal"]) {
  const { t } = useTranslation("energy");
  if (chargePoints.length === 0) return <Text size="sm">{t("afrrNobody")}</Text>;
  return (
    <Stack>
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("charger")}</Table.Th>
            <Table.Th>{t("state")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {chargePoints.map(({ chargePointId, outcome, detail }) => (
            <Table.Tr key={chargePointId}>
              <Table.Td>{chargePointId}</Table.Td>
              <Table.Td>
                <Status value={outcome} /> {detail}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
