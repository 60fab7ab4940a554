// An EVSE on a wire of a site.
import { ActionIcon, Group, MultiSelect, NumberInput, Select } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ChargePointInput } from "../../ui/charge-point-input";
import { PHASES, type SiteValues } from "./site-values";

interface ConnectionFieldsProps {
  form: UseFormReturnType<SiteValues>;
  index: number;
}

export function ConnectionFields({ form, index }: ConnectionFieldsProps) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const at = `connections.${index}` as const;
  return (
    <Group gap="xs" align="flex-end" role="group" aria-label={t("connection")}>
      <ChargePointInput label={t("chargePoint")} required {...form.getInputProps(`${at}.chargePointId`)} />
      <NumberInput label={t("ocppEvseId")} min={1} w={90} required {...form.getInputProps(`${at}.ocppEvseId`)} />
      <Select
        label={t("node")}
        data={[...new Set(form.values.nodes.map(({ id }) => id))].filter((id) => id !== "")}
        allowDeselect={false}
        w={120}
        {...form.getInputProps(`${at}.node`)}
      />
      <MultiSelect label={t("phases")} data={PHASES} w={190} {...form.getInputProps(`${at}.phases`)} />
      <NumberInput label={t("minCurrent")} min={0} w={100} {...form.getInputProps(`${at}.minCurrent`)} />
      <NumberInput label={t("maxCurrent")} min={0} w={100} {...form.getInputProps(`${at}.maxCurrent`)} />
      <NumberInput label={t("maxDischarge")} min={0} w={110} {...form.getInputProps(`${at}.maxDischarge`)} />
      <NumberInput label={t("priority")} allowDecimal={false} w={90} {...form.getInputProps(`${at}.priority`)} />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={common("remove")}
        onClick={() => form.removeListItem("connections", index)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
