// What a session would cost under the tariff as it stands in the form, worked out by the server as bills are.
import { Button, NumberInput, SimpleGrid, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { $api, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Failure } from "../../ui/failure";
import { numberOf } from "../../ui/form";
import { MomentInput } from "../../ui/moment-input";
import { Section } from "../../ui/section";

const WH_PER_KWH = 1000;
const SECONDS_PER_MINUTE = 60;

/** @param read undefined: something is missing in it, and the form says so */
export function TariffPreview({ read }: { read: () => Schemas["NewTariff"] | undefined }) {
  const { t } = useTranslation("money");
  const [energy, setEnergy] = useState<number | string>(20);
  const [charging, setCharging] = useState<number | string>(60);
  const [parking, setParking] = useState<number | string>(0);
  const [start, setStart] = useState(() => new Date().toISOString());
  const [timeZone, setTimeZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const preview = $api.useMutation("post", "/api/tariffs/preview");
  const work = () => {
    const tariff = read();
    if (tariff === undefined) return;
    const session = {
      ...{ startDateTime: start, timeZone },
      energy: (numberOf(energy) ?? 0) * WH_PER_KWH,
      chargingTime: (numberOf(charging) ?? 0) * SECONDS_PER_MINUTE,
      parkingTime: (numberOf(parking) ?? 0) * SECONDS_PER_MINUTE,
    };
    preview.mutate({ body: { tariff, session } });
  };
  return (
    <Section
      title={t("preview")}
      actions={
        <Button size="xs" variant="default" loading={preview.isPending} onClick={work}>
          {t("workItOut")}
        </Button>
      }
    >
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }}>
        <NumberInput label={t("previewEnergy")} min={0} value={energy} onChange={setEnergy} />
        <NumberInput label={t("previewCharging")} min={1} value={charging} onChange={setCharging} />
        <NumberInput label={t("previewParking")} min={0} value={parking} onChange={setParking} />
        <MomentInput label={t("previewStart")} value={start} onChange={setStart} />
        <TextInput
          label={t("previewZone")}
          value={timeZone}
          onChange={({ currentTarget }) => setTimeZone(currentTarget.value)}
        />
      </SimpleGrid>
      {preview.error !== null && <Failure error={preview.error} />}
      {preview.data !== undefined && <Outcome of={preview.data} />}
    </Section>
  );
}

function Outcome({ of: { currency, totalCost, lines } }: { of: Schemas["TariffPreview"] }) {
  const { t } = useTranslation("money");
  const format = useFormat();
  if (lines.length === 0) return <Text size="sm">{t("previewFree")}</Text>;
  return (
    <Table fz="sm" verticalSpacing={6} tabularNums>
      <Table.Tbody>
        {lines.map(({ type, price, quantity, cost }) => (
          <Table.Tr key={`${type}/${price}`}>
            <Table.Td>{t(`dimensions.${type}`)}</Table.Td>
            <Table.Td ta="end">
              {format.number(quantity, 3)} × {format.price(price, currency)}
              {t(`per.${type}`)}
            </Table.Td>
            <Table.Td ta="end">{format.price(cost, currency)}</Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr fw={650}>
          <Table.Td>{t("total")}</Table.Td>
          <Table.Td ta="end">
            {t("exclVat")} {format.money(totalCost.exclVat, currency)}
          </Table.Td>
          <Table.Td ta="end">{format.money(totalCost.inclVat ?? totalCost.exclVat, currency)}</Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  );
}
