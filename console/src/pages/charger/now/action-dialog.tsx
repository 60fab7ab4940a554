// Asks what a neutral command needs, sends it, and says what came of it.
import { Button, Group, Modal, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { $api } from "../../../api/client";
import { ApiProblem } from "../../../api/problem";
import { tellOutcome, tellRefusal } from "../../../ui/command-outcome";
import type { PartProps } from "../tabs";
import type { Action, Answers, Question } from "./action-table";

const NOTHING: Answers = { place: "", idToken: "", reset: "soft", limit: 7400, unit: "W", duration: undefined };

interface ActionDialogProps extends PartProps {
  action: Action;
  onClose: () => void;
}

export function ActionDialog({ action, charger, onClose }: ActionDialogProps) {
  const { t } = useTranslation("charger");
  const { t: common } = useTranslation();
  const form = useForm<Answers>({ initialValues: NOTHING });
  const title = t(`actions.${action.name}`);
  const places = usePlaces(charger);
  const send = useMutation({
    mutationFn: (answers: Answers) => action.send(charger.id, answers),
    onSuccess({ data }) {
      if (data !== undefined) tellOutcome(data);
      onClose();
    },
    onError(error) {
      if (error instanceof ApiProblem && error.status === 422) form.setErrors(error.fieldErrors);
      else tellRefusal(error, title);
    },
  });
  const fields: Record<Question, ReactElement> = {
    idToken: (
      <TextInput key="idToken" label={t("asks.idToken")} required data-autofocus {...form.getInputProps("idToken")} />
    ),
    place: (
      <Select
        key="place"
        label={t("asks.place")}
        placeholder={t(`asks.anyPlace.${action.name === "start" || action.name === "stop" ? "likeliest" : "whole"}`)}
        data={places}
        clearable
        value={form.values.place || null}
        onChange={(place) => form.setFieldValue("place", place ?? "")}
      />
    ),
    reset: (
      <SegmentedControl
        key="reset"
        aria-label={title}
        data={[
          { value: "soft", label: t("asks.soft") },
          { value: "hard", label: t("asks.hard") },
        ]}
        value={form.values.reset}
        onChange={(reset) => form.setFieldValue("reset", reset === "hard" ? "hard" : "soft")}
      />
    ),
    limit: <NumberInput key="limit" label={t("asks.limit")} required {...form.getInputProps("limit")} />,
    unit: (
      <SegmentedControl
        key="unit"
        aria-label={t("asks.unit")}
        data={["W", "A"]}
        value={form.values.unit}
        onChange={(unit) => form.setFieldValue("unit", unit === "A" ? "A" : "W")}
      />
    ),
    duration: (
      <NumberInput
        key="duration"
        label={t("asks.duration")}
        placeholder={t("asks.untilCleared")}
        min={1}
        value={form.values.duration ?? ""}
        onChange={(value) => form.setFieldValue("duration", typeof value === "number" ? value : undefined)}
      />
    ),
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${title} · ${charger.id}`}
      closeButtonProps={{ "aria-label": common("cancel") }}
    >
      <form onSubmit={form.onSubmit((answers) => send.mutate(answers))}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t(`actionsAbout.${action.name}`)}
          </Text>
          {action.asks.map((question) => fields[question])}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" loading={send.isPending} {...(action.isDangerous && { color: "red" })}>
              {title}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Where it has connectors, as far as it told. */
function usePlaces({ id, ocppVersion }: PartProps["charger"]) {
  const { t } = useTranslation("charger");
  const { data } = $api.useQuery("get", "/api/charge-points/{id}/connectors", { params: { path: { id } } });
  return (data?.items ?? [])
    .filter(({ connectorId }) => connectorId !== 0)
    .map(({ evseId, connectorId }) => ({
      value: `${evseId}/${connectorId}`,
      label:
        ocppVersion === "1.6" ? t("connectors.one", { connectorId }) : t("connectors.ofEvse", { evseId, connectorId }),
    }));
}
