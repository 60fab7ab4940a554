// An EVSE of a location, and its connectors.
import {
  Autocomplete,
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { $api } from "../../api/client";
import { ChargePointInput } from "../../ui/charge-point-input";
import { FORMATS, type LocationValues, newConnector, POWER_TYPES, STANDARDS } from "./location-values";

/** As many as a list to choose from can hold. */
const TARIFFS = 500;

interface EvseFieldsProps {
  form: UseFormReturnType<LocationValues>;
  index: number;
}

export function EvseFields({ form, index }: EvseFieldsProps) {
  const { t } = useTranslation("energy");
  const at = `evses.${index}` as const;
  const connectors = form.values.evses[index]?.connectors ?? [];
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <ChargePointInput label={t("chargePoint")} required {...form.getInputProps(`${at}.chargePointId`)} />
        <NumberInput
          label={t("ocppEvseId")}
          min={1}
          allowDecimal={false}
          required
          {...form.getInputProps(`${at}.ocppEvseId`)}
        />
        <TextInput label={t("evseId")} placeholder="GR*OVX*E1" {...form.getInputProps(`${at}.evseId`)} />
      </SimpleGrid>
      {connectors.map((_, number) => (
        <ConnectorFields key={number} form={form} at={`${at}.connectors.${number}`} />
      ))}
      <Group justify="space-between">
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem(`${at}.connectors`, newConnector(connectors.length + 1))}
        >
          {t("addConnector")}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          leftSection={<IconTrash size={14} />}
          onClick={() => form.removeListItem("evses", index)}
        >
          {t("removeEvse")}
        </Button>
      </Group>
    </Stack>
  );
}

interface ConnectorFieldsProps {
  form: UseFormReturnType<LocationValues>;
  at: `evses.${number}.connectors.${number}`;
}

function ConnectorFields({ form, at }: ConnectorFieldsProps) {
  const { t } = useTranslation("energy");
  const tariffs = $api.useQuery("get", "/api/tariffs", { params: { query: { limit: TARIFFS } } });
  const chosen = form.getInputProps(`${at}.tariffIds`);
  const known = tariffs.data?.items.map(({ id }) => id) ?? [];
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} role="group" aria-label={t("connector")}>
      <TextInput label={t("connectorId")} required {...form.getInputProps(`${at}.id`)} />
      <Autocomplete label={t("standard")} data={STANDARDS} required {...form.getInputProps(`${at}.standard`)} />
      <Select
        label={t("format")}
        data={FORMATS.map((value) => ({ value, label: t(`formats.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps(`${at}.format`)}
      />
      <Select
        label={t("powerType")}
        data={POWER_TYPES.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
        allowDeselect={false}
        {...form.getInputProps(`${at}.powerType`)}
      />
      <NumberInput label={t("maxVoltage")} min={0} suffix=" V" {...form.getInputProps(`${at}.maxVoltage`)} />
      <NumberInput label={t("maxAmperage")} min={0} suffix=" A" {...form.getInputProps(`${at}.maxAmperage`)} />
      <NumberInput label={t("maxPower")} min={0} suffix=" W" {...form.getInputProps(`${at}.maxElectricPower`)} />
      <MultiSelect
        label={t("tariffs")}
        description={t("tariffsAbout")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data={[...new Set([...known, ...form.getValues().evses.flatMap(tariffsOf)])]}
        searchable
        {...chosen}
      />
    </SimpleGrid>
  );
}

/** What is chosen is offered, even where the list of all does not reach it. */
const tariffsOf = ({ connectors }: LocationValues["evses"][number]): string[] =>
  connectors.flatMap(({ tariffIds }) => tariffIds);
