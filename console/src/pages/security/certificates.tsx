// Root certificates: to be installed in chargers, and to check contracts against.
import { Anchor, Button, Group, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../api/client";
import { useMay } from "../../api/me";
import { invalidate } from "../../api/queries";
import { useFormat } from "../../i18n/format";
import { ask } from "../../ui/confirm";
import { type Column, DataTable } from "../../ui/data-table";
import { FormModal } from "../../ui/form-modal";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { useChange } from "../../ui/mutate";

type Certificate = Schemas["Certificate"];

const TYPES = [
  "CSMSRootCertificate",
  "ManufacturerRootCertificate",
  "V2GRootCertificate",
  "MORootCertificate",
  "OEMRootCertificate",
] as const;

export function Certificates() {
  const { t } = useTranslation("security");
  const format = useFormat();
  const mayChange = useMay("operator");
  const [isAdding, { open, close }] = useDisclosure();
  const query = { limit: PAGE_SIZE };
  const list = $api.useInfiniteQuery("get", "/api/certificates", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<Certificate>[]>(
    () => [
      { id: "name", header: t("name"), width: 220, cell: ({ name }) => name },
      { id: "type", header: t("type"), width: 230, cell: ({ type }) => type },
      { id: "subject", header: t("subject"), width: 280, cell: ({ subject }) => subject },
      { id: "until", header: t("until"), width: 140, cell: ({ notAfter }) => format.date(notAfter) },
      {
        id: "fingerprint",
        header: t("fingerprint"),
        width: 200,
        cell: ({ fingerprint }) => <code title={fingerprint}>{fingerprint}</code>,
      },
      {
        id: "actions",
        header: "",
        width: 110,
        cell: (certificate) => mayChange && <Forget certificate={certificate} />,
      },
    ],
    [t, format, mayChange],
  );
  return (
    <Stack>
      {mayChange && (
        <Group justify="flex-end">
          <Button size="xs" onClick={open}>
            {t("add")}
          </Button>
        </Group>
      )}
      <DataTable label={t("tabs.roots")} list={list} columns={columns} rowKey={({ id }) => id} empty={t("noRoots")} />
      {isAdding && <NewCertificate onClose={close} />}
    </Stack>
  );
}

function Forget({ certificate: { id, name } }: { certificate: Certificate }) {
  const { t } = useTranslation("security");
  const { t: common } = useTranslation();
  const removal = useChange({ stale: ["/api/certificates"] });
  const params = { path: { certificateId: id } };
  return (
    <Anchor
      component="button"
      size="sm"
      c="red"
      onClick={() =>
        ask({
          title: t("forgetTitle"),
          body: t("forgetBody", { name }),
          confirm: common("delete"),
          isDangerous: true,
          onConfirm: () => void removal.run(() => api.DELETE("/api/certificates/{certificateId}", { params })),
        })
      }
    >
      {common("delete")}
    </Anchor>
  );
}

function NewCertificate({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("security");
  const form = useForm({ initialValues: { type: TYPES[0] as (typeof TYPES)[number], name: "", certificate: "" } });
  const submit = async ({ type, name, certificate }: typeof form.values): Promise<void> => {
    await api.POST("/api/certificates", { body: { type, certificate, ...(name !== "" && { name }) } });
    await invalidate("/api/certificates");
  };
  return (
    <FormModal title={t("add")} form={form} onSubmit={submit} onClose={onClose} isOpen>
      <Select label={t("type")} data={TYPES} allowDeselect={false} {...form.getInputProps("type")} />
      <TextInput label={t("name")} {...form.getInputProps("name")} />
      <Textarea label={t("pem")} required autosize minRows={6} maxRows={16} {...form.getInputProps("certificate")} />
    </FormModal>
  );
}
