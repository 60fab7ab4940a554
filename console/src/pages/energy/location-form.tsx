// A location's form: where it is, and which chargers stand there.
import { Button, Group, SimpleGrid, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { Failure } from "../../ui/failure";
import { useSubmit } from "../../ui/form";
import { pathTo } from "../../ui/links";
import { notifyDone } from "../../ui/notify";
import { Section } from "../../ui/section";
import { EvseFields } from "./evse-fields";
import { isJson, locationOf, newEvse, valuesOf } from "./location-values";

export function LocationForm({ known }: { known?: Schemas["Location"] }) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const form = useForm({
    initialValues: valuesOf(known),
    validate: { openingTimes: (text) => (isJson(text) ? null : t("noJson")) },
  });
  const { failure, isBusy, onSubmit } = useSubmit(form, async (values) => {
    const body = locationOf(values, known);
    const { data } =
      known === undefined
        ? await api.POST("/api/locations", { body })
        : await api.PUT("/api/locations/{id}", { params: { path: { id: known.id } }, body });
    await invalidate("/api/locations");
    notifyDone(common("saved"));
    if (data !== undefined && known === undefined) navigate(pathTo.location(data.id));
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          <TextInput label={t("name")} {...form.getInputProps("name")} />
          <TextInput label={t("address")} required {...form.getInputProps("address")} />
          <TextInput label={t("city")} required {...form.getInputProps("city")} />
          <TextInput label={t("postalCode")} {...form.getInputProps("postalCode")} />
          <TextInput label={t("country")} required maxLength={3} {...form.getInputProps("country")} />
          <TextInput label={t("latitude")} required {...form.getInputProps("coordinates.latitude")} />
          <TextInput label={t("longitude")} required {...form.getInputProps("coordinates.longitude")} />
          <TextInput label={t("timeZone")} required {...form.getInputProps("timeZone")} />
          <TextInput label={t("transformer")} {...form.getInputProps("substationId")} />
        </SimpleGrid>
        <Switch label={t("publish")} {...form.getInputProps("publish", { type: "checkbox" })} />
        {form.values.evses.map((_, index) => (
          <Section key={index} title={t("evse", { number: index + 1 })}>
            <EvseFields form={form} index={index} />
          </Section>
        ))}
        <Group>
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={() => form.insertListItem("evses", newEvse())}
          >
            {t("addEvse")}
          </Button>
        </Group>
        <Textarea
          label={t("openingTimes")}
          description={t("openingTimesAbout")}
          placeholder='{ "twentyfourseven": true }'
          autosize
          minRows={2}
          maxRows={16}
          styles={{ input: { fontFamily: "monospace" } }}
          {...form.getInputProps("openingTimes")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={isBusy}>
            {common("save")}
          </Button>
        </Group>
        {failure !== undefined && <Failure error={failure} />}
      </Stack>
    </form>
  );
}
