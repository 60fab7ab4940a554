// When the prices of an element count. Times and dates are local to the location.
import { Accordion, MultiSelect, NumberInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { DAYS, NUMBERS, type TariffValues } from "./tariff-values";

interface TariffRestrictionsProps {
  form: UseFormReturnType<TariffValues>;
  index: number;
}

export function TariffRestrictions({ form, index }: TariffRestrictionsProps) {
  const { t } = useTranslation("money");
  const at = `elements.${index}.restrictions` as const;
  const isRestricted = Object.values(form.values.elements[index]?.restrictions ?? {}).some(
    (value) => value !== "" && value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return (
    <Accordion variant="contained" defaultValue={isRestricted ? "restrictions" : null} chevronPosition="left">
      <Accordion.Item value="restrictions">
        <Accordion.Control>{t(isRestricted ? "restricted" : "unrestricted")}</Accordion.Control>
        <Accordion.Panel>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
            <TextInput label={t("startTime")} type="time" {...form.getInputProps(`${at}.startTime`)} />
            <TextInput label={t("endTime")} type="time" {...form.getInputProps(`${at}.endTime`)} />
            <TextInput label={t("startDate")} type="date" {...form.getInputProps(`${at}.startDate`)} />
            <TextInput label={t("endDate")} type="date" {...form.getInputProps(`${at}.endDate`)} />
            <MultiSelect
              label={t("dayOfWeek")}
              data={DAYS.map((day) => ({ value: day, label: t(`days.${day}`) }))}
              {...form.getInputProps(`${at}.dayOfWeek`)}
            />
            {NUMBERS.map((name) => (
              <NumberInput key={name} label={t(`limits.${name}`)} min={0} {...form.getInputProps(`${at}.${name}`)} />
            ))}
            <Select
              label={t("reservation")}
              data={["RESERVATION", "RESERVATION_EXPIRES"].map((value) => ({
                value,
                label: t(`reservations.${value}`),
              }))}
              clearable
              {...form.getInputProps(`${at}.reservation`)}
            />
          </SimpleGrid>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
