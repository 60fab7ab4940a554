// The wires of a site, what hangs on them, and by which rule the power is shared.
import { Button, Group, Select, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { needed, useSubmit } from "../../ui/form";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone } from "../../ui/notify";
import { ConnectionFields } from "./connection-fields";
import { NodeFields } from "./node-fields";
import { newConnection, newNode, POLICIES, siteOf, valuesOf } from "./site-values";

interface SiteFormProps {
  place: Schemas["Location"];
  /** undefined: its power is not shared yet. */
  known: Schemas["Site"] | undefined;
  onClose: () => void;
}

export function SiteForm({ place, known, onClose }: SiteFormProps) {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const form = useForm({
    initialValues: valuesOf(known, place),
    validate: { connections: { maxCurrent: needed(common("needed")) } },
  });
  const submission = useSubmit(form, async (values) => {
    await api.PUT("/api/sites/{id}", { params: { path: { id: place.id } }, body: siteOf(values, known) });
    await invalidate("/api/sites");
    notifyDone(common("saved"));
    onClose();
  });
  return (
    <FormDrawer title={t("sharePower")} submission={submission} onClose={onClose} size="xl">
      <Select
        label={t("policy")}
        data={POLICIES.map((value) => ({ value, label: t(`policies.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("policy")}
      />
      <Group justify="space-between">
        <Text fw={600}>{t("nodes")}</Text>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem("nodes", newNode(form.getValues()))}
        >
          {t("addNode")}
        </Button>
      </Group>
      {form.values.nodes.map((_, index) => (
        <NodeFields key={index} form={form} index={index} />
      ))}
      <Group justify="space-between">
        <Text fw={600}>{t("evses")}</Text>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem("connections", newConnection(form.getValues()))}
        >
          {t("addConnection")}
        </Button>
      </Group>
      {form.values.connections.map((_, index) => (
        <ConnectionFields key={index} form={form} index={index} />
      ))}
    </FormDrawer>
  );
}
