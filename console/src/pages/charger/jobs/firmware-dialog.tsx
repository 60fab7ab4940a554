// Which image the charger shall install, and when.
import { Button, Checkbox, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { $api, api } from "../../../api/client";
import { Failure } from "../../../ui/failure";
import type { PartProps } from "../tabs";
import { useSend } from "../use-send";

interface Order {
  firmwareId: string;
  force: boolean;
}

export function FirmwareDialog({ charger, onClose }: PartProps & { onClose: () => void }) {
  const { t } = useTranslation("charger");
  const { t: common } = useTranslation();
  const images = $api.useQuery("get", "/api/firmware", { params: { query: { limit: 500 } } });
  const form = useForm<Order>({
    initialValues: { firmwareId: "", force: false },
    validate: { firmwareId: (value) => (value === "" ? common("needed") : null) },
  });
  const update = useSend(
    (body: Order) =>
      api.POST("/api/charge-points/{id}/update-firmware", { params: { path: { id: charger.id } }, body }),
    t("jobs.updateFirmware"),
    onClose,
  );
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("jobs.updateFirmware")}
      closeButtonProps={{ "aria-label": common("cancel") }}
    >
      <form onSubmit={form.onSubmit((order) => update.mutate(order))}>
        <Stack gap="sm">
          {images.error && <Failure error={images.error} retry={images.refetch} />}
          {images.data?.items.length === 0 && <Text size="sm">{t("jobs.noImages")}</Text>}
          <Select
            label={t("jobs.image")}
            searchable
            data={(images.data?.items ?? []).map(({ id, name, version }) => ({
              value: id,
              label: `${version} · ${name}`,
            }))}
            {...form.getInputProps("firmwareId")}
          />
          <Checkbox label={t("jobs.force")} {...form.getInputProps("force", { type: "checkbox" })} />
          <Text size="sm" c="dimmed">
            {t("jobs.updateAbout")}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common("cancel")}
            </Button>
            <Button type="submit" color="red" loading={update.isPending}>
              {t("jobs.updateFirmware")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
