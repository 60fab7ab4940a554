// A list of any length: only the rows in sight are drawn, and the next page is read as the end comes near.
import { Button, Group, Text } from "@mantine/core";
import {
  type ColumnDef,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isDeep } from "../api/deep";
import { beginAgain } from "../api/queries";
import classes from "./data-table.module.css";
import { Failure } from "./failure";
import { type ListQuery, useItems } from "./list";
import { Loading } from "./loading";

export interface Column<Item> {
  id: string;
  header: string;
  cell: (item: Item) => ReactNode;
  /** Pixels; the room that is left is shared in proportion. */
  width?: number;
  /** Numbers stand at the end. */
  align?: "end";
  isHidden?: boolean;
}

interface DataTableProps<Item> {
  /** What the list is of, for screen readers. */
  label: string;
  list: ListQuery<Item>;
  columns: readonly Column<Item>[];
  rowKey: (item: Item) => string;
  /** What a click on a row does. Put a link into a cell, too: rows cannot be reached by keyboard. */
  onOpen?: (item: Item) => void;
  /** Said where there is nothing. */
  empty?: ReactNode;
  /** Pixels, where the list is only a part of its page. */
  maxHeight?: number;
}

const ROW_PX = 40;
const DEFAULT_WIDTH = 150;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 30;

const features = tableFeatures({ columnSizingFeature, columnVisibilityFeature });

export function DataTable<Item extends object>(props: DataTableProps<Item>) {
  const { label, list, columns, rowKey, onOpen, empty, maxHeight } = props;
  const { t } = useTranslation();
  const items = useItems(list);
  const frame = useRef<HTMLDivElement>(null);
  const defs = useMemo(() => columns.map((column) => definition(column)), [columns]);
  const aligned = useMemo(() => new Set(columns.filter(({ align }) => align === "end").map(({ id }) => id)), [columns]);
  const table = useTable({
    features,
    columns: defs,
    data: items,
    getRowId: rowKey,
    state: { columnVisibility: Object.fromEntries(columns.map(({ id, isHidden }) => [id, isHidden !== true])) },
  });
  const { rows } = table.getRowModel();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const seen = virtualizer.getVirtualItems();
  const lastSeen = seen.at(-1)?.index ?? 0;

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastSeen >= rows.length - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastSeen, rows.length]);

  const fromTheBeginning = (): void => {
    frame.current?.scrollTo({ top: 0 });
    void beginAgain(list.data);
  };

  if (list.isPending) return <Loading />;
  if (list.error && list.data === undefined) return <Failure error={list.error} retry={list.refetch} />;
  const alignment = (id: string) => (aligned.has(id) ? classes.end : "");
  const above = seen[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (seen.at(-1)?.end ?? 0);
  const columnCount = table.getVisibleLeafColumns().length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.frame} style={{ maxHeight }} ref={frame} tabIndex={0} aria-label={label}>
      <table
        className={classes.table}
        aria-rowcount={hasNextPage ? -1 : rows.length + 1}
        style={{ minWidth: table.getTotalSize() }}
      >
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  className={`${classes.head} ${alignment(header.column.id)}`}
                  style={{ width: header.getSize() }}
                >
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          <Spacer height={above} columns={columnCount} />
          {seen.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              // The row repeats what a link in it does
              <tr
                key={row.id}
                aria-rowindex={index + 2}
                className={`${classes.row} ${onOpen ? classes.clickable : ""}`}
                onClick={onOpen && (({ target }) => isPlain(target) && onOpen(row.original))}
              >
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} className={`${classes.cell} ${alignment(cell.column.id)}`}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer height={below} columns={columnCount} />
        </tbody>
      </table>
      {rows.length === 0 && (
        <Text c="dimmed" ta="center" p="xl">
          {empty ?? t("nothing")}
        </Text>
      )}
      {isFetchingNextPage && <Loading />}
      {isDeep(list.data) && (
        <Group className={classes.rests} gap="sm" justify="space-between" role="status">
          <Text size="sm">{t("listRests")}</Text>
          <Button size="compact-sm" variant="default" onClick={fromTheBeginning}>
            {t("fromTheBeginning")}
          </Button>
        </Group>
      )}
    </section>
  );
}

/** Room for the rows that are not drawn. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td className={classes.spacer} colSpan={columns} style={{ height }} />
    </tr>
  );
}

function definition<Item extends object>({ id, header, cell, width = DEFAULT_WIDTH }: Column<Item>) {
  const column: ColumnDef<typeof features, Item> = {
    id,
    header,
    size: width,
    cell: ({ row }) => cell(row.original),
  };
  return column;
}

/** A click on a button or link within the row is about that alone. */
function isPlain(target: EventTarget): boolean {
  return target instanceof Element && target.closest("a, button, input, label") === null;
}
