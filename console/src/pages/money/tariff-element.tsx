// One element of a tariff: its prices, and when they count.
import { ActionIcon, Button, Group, NumberInput, Select, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { TariffRestrictions } from "./tariff-restrictions";
import { COMPONENT_TYPES, newComponent, type TariffValues } from "./tariff-values";

interface TariffElementProps {
  form: UseFormReturnType<TariffValues>;
  index: number;
}

export function TariffElement({ form, index }: TariffElementProps) {
  const { t } = useTranslation("money");
  const path = `elements.${index}` as const;
  const { priceComponents } = form.values.elements[index] ?? { priceComponents: [] };
  return (
    <Stack gap="sm">
      {priceComponents.map((_, number) => (
        <PriceComponent key={number} form={form} path={path} number={number} />
      ))}
      <Group justify="space-between">
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem(`${path}.priceComponents`, newComponent())}
        >
          {t("addPrice")}
        </Button>
        {form.values.elements.length > 1 && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={14} />}
            onClick={() => form.removeListItem("elements", index)}
          >
            {t("removeElement")}
          </Button>
        )}
      </Group>
      <TariffRestrictions form={form} index={index} />
    </Stack>
  );
}

interface PriceComponentProps {
  form: UseFormReturnType<TariffValues>;
  path: `elements.${number}`;
  number: number;
}

function PriceComponent({ form, path, number }: PriceComponentProps) {
  const { t } = useTranslation("money");
  const { t: common } = useTranslation();
  const at = `${path}.priceComponents.${number}` as const;
  const type = form.getInputProps(`${at}.type`);
  return (
    <Group gap="xs" align="flex-end" role="group" aria-label={t("price")}>
      <Select
        label={t("priceFor")}
        data={COMPONENT_TYPES.map((value) => ({ value, label: t(`dimensions.${value}`) }))}
        allowDeselect={false}
        w={170}
        {...type}
      />
      <NumberInput
        label={t("priceOf", { per: t(`per.${type.value}`) })}
        min={0}
        decimalScale={6}
        required
        w={150}
        {...form.getInputProps(`${at}.price`)}
      />
      <NumberInput label={t("vat")} min={0} max={100} suffix=" %" w={90} {...form.getInputProps(`${at}.vat`)} />
      <NumberInput
        label={t("stepSize")}
        min={0}
        allowDecimal={false}
        w={130}
        {...form.getInputProps(`${at}.stepSize`)}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={common("remove")}
        onClick={() => form.removeListItem(`${path}.priceComponents`, number)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
