// How long files of each kind are kept.
import { Button, NumberInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { $api, api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { FormModal } from "../../ui/form-modal";

export function Retention() {
  const { t } = useTranslation("files");
  const [isOpen, { open, close }] = useDisclosure();
  const { data } = $api.useQuery("get", "/api/files/retention", {}, { enabled: isOpen });
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        {t("retention")}
      </Button>
      {isOpen && data !== undefined && <RetentionForm rows={data.items} onClose={close} />}
    </>
  );
}

type Row = Schemas["FileRetention"];

function RetentionForm({ rows, onClose }: { rows: readonly Row[]; onClose: () => void }) {
  const { t } = useTranslation("files");
  const form = useForm<Record<string, number | string>>({
    initialValues: Object.fromEntries(rows.map(({ kind, days }) => [kind, days ?? ""])),
  });
  const submit = async (values: Record<string, number | string>): Promise<void> => {
    for (const { kind, days } of rows) {
      const wanted = typeof values[kind] === "number" ? values[kind] : null;
      if (wanted === days) continue;
      await api.PUT("/api/files/retention/{kind}", { params: { path: { kind } }, body: { days: wanted } });
    }
    await invalidate("/api/files/retention");
  };
  return (
    <FormModal title={t("retention")} form={form} onSubmit={submit} onClose={onClose} isOpen size="sm">
      {rows.map(({ kind, defaultDays }) => (
        <NumberInput
          key={kind}
          label={t(`kinds.${kind}`)}
          description={defaultDays === null ? t("keptForEver") : t("keptFor", { days: defaultDays })}
          min={1}
          allowDecimal={false}
          suffix={` ${t("days")}`}
          {...form.getInputProps(kind)}
        />
      ))}
    </FormModal>
  );
}
