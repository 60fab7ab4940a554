// Drafts a campaign: which image, for whom, in what waves, in which hours, and when to stop. Nothing happens before it is
// started.
import { Button, Checkbox, Fieldset, Group, NumberInput, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearchParams } from "wouter";
import { $api, api } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { Failure } from "../../ui/failure";
import { Page } from "../../ui/page";
import { type Draft, EMPTY_DRAFT, toRequest } from "./draft";

const OCPP_VERSIONS = ["1.6", "2.0.1", "2.1"];

export default function NewCampaign() {
  const { t } = useTranslation("campaigns");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const [search] = useSearchParams();
  const [error, setError] = useState<unknown>();
  const images = $api.useQuery("get", "/api/firmware", { params: { query: { limit: 500 } } });
  const needed = (value: string): string | null => (value === "" ? common("needed") : null);
  const form = useForm<Draft>({
    initialValues: { ...EMPTY_DRAFT, firmwareId: search.get("firmwareId") ?? "" },
    validate: { name: needed, firmwareId: needed },
  });
  const submit = form.onSubmit(async (draft) => {
    setError(undefined);
    try {
      const { data } = await api.POST("/api/firmware-campaigns", { body: toRequest(draft) });
      if (data !== undefined) navigate(`/campaigns/${data.id}`);
    } catch (failure) {
      if (failure instanceof ApiProblem) form.setErrors(failure.fieldErrors);
      setError(failure);
    }
  });
  const field = form.getInputProps;
  return (
    <Page title={t("new")} about={t("newAbout")}>
      <form onSubmit={submit} noValidate>
        <Stack maw={720}>
          <TextInput label={t("name")} required {...field("name")} />
          <Select
            label={t("image")}
            required
            searchable
            data={(images.data?.items ?? []).map(({ id, version, name }) => ({
              value: id,
              label: `${version} (${name})`,
            }))}
            {...field("firmwareId")}
          />
          <Fieldset legend={t("forWhom")}>
            <Group grow>
              <TextInput label={t("vendor")} {...field("vendor")} />
              <TextInput label={t("model")} {...field("model")} />
            </Group>
            <Group grow>
              <TextInput label={t("firmwareVersion")} {...field("firmwareVersion")} />
              <Select label="OCPP" data={OCPP_VERSIONS} clearable {...field("ocppVersion")} />
            </Group>
            <TagsInput label={t("ids")} description={t("idsAbout")} {...field("ids")} />
          </Fieldset>
          <Fieldset legend={t("how")}>
            <TagsInput label={t("waves")} description={t("wavesAbout")} {...field("waves")} />
            <Group grow>
              <NumberInput label={t("concurrency")} min={1} allowDecimal={false} {...field("concurrency")} />
              <NumberInput label={t("attempts")} min={1} allowDecimal={false} {...field("attempts")} />
              <NumberInput label={t("pauseOnFailures")} min={0} max={100} suffix=" %" {...field("pauseOnFailures")} />
            </Group>
            <Select
              label={t("whileCharging")}
              allowDeselect={false}
              data={(["wait", "skip", "ignore"] as const).map((value) => ({ value, label: t(`charging.${value}`) }))}
              {...field("charging")}
            />
            <Checkbox mt="sm" label={t("force")} {...form.getInputProps("force", { type: "checkbox" })} />
            <Checkbox mt="xs" label={t("signed")} {...form.getInputProps("signed", { type: "checkbox" })} />
          </Fieldset>
          <Fieldset legend={t("window")}>
            <Group grow>
              <TextInput type="time" label={t("from")} {...field("windowStart")} />
              <TextInput type="time" label={t("to")} {...field("windowEnd")} />
              <TextInput label={t("timeZone")} {...field("timeZone")} />
            </Group>
          </Fieldset>
          {error !== undefined && <Failure error={error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={form.submitting}>
              {t("draft")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
