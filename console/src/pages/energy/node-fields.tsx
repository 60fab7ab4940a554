// A wire of a site: what feeds it, and what it carries.
import { ActionIcon, Group, NumberInput, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SiteValues } from "./site-values";

interface NodeFieldsProps {
  form: UseFormReturnType<SiteValues>;
  index: number;
}

export function NodeFields({ form, index }: NodeFieldsProps) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const at = `nodes.${index}` as const;
  const others = form.values.nodes.filter((_, other) => other !== index).map(({ id }) => id);
  const parent = form.getInputProps(`${at}.parent`);
  return (
    <Group gap="xs" align="flex-end" role="group" aria-label={t("node")}>
      <TextInput label={t("nodeName")} w={120} required {...form.getInputProps(`${at}.id`)} />
      <Select
        label={t("fedBy")}
        placeholder={t("theGrid")}
        data={[...new Set(others)].filter((id) => id !== "")}
        clearable
        w={120}
        {...parent}
        value={parent.value === "" ? null : parent.value}
        onChange={(id) => parent.onChange(id ?? "")}
      />
      <NumberInput label={t("maxCurrent")} min={0} w={90} {...form.getInputProps(`${at}.maxCurrent`)} />
      <NumberInput label={t("maxPower")} min={0} w={100} {...form.getInputProps(`${at}.maxPower`)} />
      <NumberInput label={t("minPower")} max={0} w={110} {...form.getInputProps(`${at}.minPower`)} />
      <NumberInput label={t("baseLoad")} min={0} w={110} {...form.getInputProps(`${at}.baseLoad`)} />
      {form.values.nodes.length > 1 && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={common("remove")}
          onClick={() => form.removeListItem("nodes", index)}
        >
          <IconTrash size={16} />
        </ActionIcon>
      )}
    </Group>
  );
}
