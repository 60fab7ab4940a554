// A tariff's form. Its elements stand in order of precedence: of each kind of price, the first that fits counts.
import { Button, Group, NumberInput, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { Failure } from "../../ui/failure";
import { needed, useSubmit } from "../../ui/form";
import { pathTo } from "../../ui/links";
import { MomentInput } from "../../ui/moment-input";
import { notifyDone } from "../../ui/notify";
import { Section } from "../../ui/section";
import { TariffElement } from "./tariff-element";
import { TariffPreview } from "./tariff-preview";
import { newElement, TYPES, tariffOf, valuesOf } from "./tariff-values";

export function TariffForm({ known }: { known?: Schemas["Tariff"] }) {
  const { t } = useTranslation("money");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const form = useForm({
    initialValues: valuesOf(known),
    // An empty price is none, and not 0: what is free is free by somebody's word.
    validate: { elements: { priceComponents: { price: needed(common("needed")) } } },
  });
  const { failure, isBusy, onSubmit } = useSubmit(form, async (values) => {
    const body = tariffOf(values, known);
    const { data } =
      known === undefined
        ? await api.POST("/api/tariffs", { body })
        : await api.PUT("/api/tariffs/{id}", { params: { path: { id: known.id } }, body });
    await invalidate("/api/tariffs");
    notifyDone(common("saved"));
    if (data !== undefined && known === undefined) navigate(pathTo.tariff(data.id));
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          {known === undefined && (
            <TextInput label={t("tariffId")} description={t("idAbout")} {...form.getInputProps("id")} />
          )}
          <TextInput label={t("currency")} required maxLength={3} {...form.getInputProps("currency")} />
          <Select
            label={t("type")}
            data={TYPES.map((type) => ({ value: type, label: t(`types.${type}`) }))}
            allowDeselect={false}
            {...form.getInputProps("type")}
          />
          <NumberInput label={t("minPrice")} min={0} {...form.getInputProps("minPrice.exclVat")} />
          <NumberInput label={t("maxPrice")} min={0} {...form.getInputProps("maxPrice.exclVat")} />
          <MomentInput label={t("validFrom")} {...form.getInputProps("startDateTime")} />
          <MomentInput label={t("validUntil")} {...form.getInputProps("endDateTime")} />
        </SimpleGrid>
        {form.values.elements.map((_, index) => (
          // Elements have no names: their place is what they are.
          <Section key={index} title={t("element", { number: index + 1 })}>
            <TariffElement form={form} index={index} />
          </Section>
        ))}
        <TariffPreview read={() => (form.validate().hasErrors ? undefined : tariffOf(form.getValues(), known))} />
        <Group justify="space-between">
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={() => form.insertListItem("elements", newElement())}
          >
            {t("addElement")}
          </Button>
          <Button type="submit" loading={isBusy}>
            {common("save")}
          </Button>
        </Group>
        {failure !== undefined && <Failure error={failure} />}
      </Stack>
    </form>
  );
}
