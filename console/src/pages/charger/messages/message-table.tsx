// Messages, newest first; one opened shows the frame, pretty and as it was on the wire, and what was answered.
import { Badge, Code, Drawer, SegmentedControl, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../../api/client";
import { useFormat } from "../../../i18n/format";
import { type Column, DataTable } from "../../../ui/data-table";
import { FactList } from "../../../ui/fact-list";
import { JsonView } from "../../../ui/json-view";
import type { ListQuery } from "../../../ui/list";
import { RowButton } from "../../../ui/row-button";

type Message = Schemas["Message"];

const COLOURS: Record<Message["direction"], string> = { in: "teal", out: "blue", event: "gray" };

export function MessageTable({ list }: { list: ListQuery<Message> }) {
  const { t } = useTranslation("charger");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState<Message>();
  const columns = useMemo<Column<Message>[]>(
    () => [
      { id: "at", header: t("messages.at"), width: 210, cell: ({ at }) => format.time(at) },
      {
        id: "direction",
        header: t("messages.direction"),
        width: 130,
        cell: ({ direction }) => (
          <Badge variant="light" color={COLOURS[direction]} tt="none" radius="sm">
            {t(`messages.${direction}`)}
          </Badge>
        ),
      },
      {
        id: "action",
        header: t("messages.action"),
        width: 220,
        cell: (message) => (
          <RowButton onClick={() => setOpen(message)}>{message.action ?? t("messages.answerTo")}</RowButton>
        ),
      },
      { id: "frame", header: t("messages.frame"), width: 520, cell: ({ frame }) => <Code fz="xs">{frame}</Code> },
    ],
    [t, format],
  );
  return (
    <>
      <DataTable
        label={t("tabs.messages")}
        list={list}
        columns={columns}
        rowKey={({ seq }) => String(seq)}
        onOpen={setOpen}
        empty={t("messages.none")}
      />
      <Drawer
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        position="right"
        size="xl"
        title={open?.action ?? t("messages.answerTo")}
        closeButtonProps={{ "aria-label": common("close") }}
      >
        {open && <Opened message={open} />}
      </Drawer>
    </>
  );
}

function Opened({ message }: { message: Message }) {
  const { t } = useTranslation("charger");
  const format = useFormat();
  const [look, setLook] = useState("pretty");
  const shown = (frame: string): string => (look === "raw" ? frame : pretty(frame));
  return (
    <Stack>
      <FactList
        facts={[
          [t("messages.at"), format.time(message.at)],
          [t("messages.direction"), t(`messages.${message.direction}`)],
          [t("messages.messageId"), message.messageId],
          [t("messages.seq"), message.seq],
        ]}
      />
      <SegmentedControl
        aria-label={t("messages.look")}
        value={look}
        onChange={setLook}
        data={[
          { value: "pretty", label: t("messages.pretty") },
          { value: "raw", label: t("messages.raw") },
        ]}
      />
      <JsonView value={shown(message.frame)} label={t("messages.frame")} />
      {message.answer !== null && (
        <>
          <Text fw={600} size="sm">
            {t("messages.answered")}
          </Text>
          <JsonView value={shown(message.answer)} label={t("messages.answered")} />
        </>
      )}
    </Stack>
  );
}

/** What came broken is shown as it came. */
function pretty(frame: string): string {
  try {
    return JSON.stringify(JSON.parse(frame), null, 2);
  } catch {
    return frame;
  }
}
