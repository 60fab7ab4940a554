// A page that is a list: its filters, its rows, and what can be done above them.
import type { ReactNode } from "react";
import { type Column, DataTable } from "./data-table";
import { type Filter, FilterBar } from "./filter-bar";
import type { ListQuery } from "./list";
import { Page } from "./page";

interface ListPageProps<Item, Name extends string> {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  filters?: readonly Filter<Name>[];
  values?: Partial<Record<Name, string>>;
  onFilter?: (changes: Partial<Record<Name, string | null>>) => void;
  list: ListQuery<Item>;
  columns: readonly Column<Item>[];
  rowKey: (item: Item) => string;
  onOpen?: (item: Item) => void;
  empty: ReactNode;
  /** Drawers and the like. */
  children?: ReactNode;
}

export function ListPage<Item extends object, Name extends string = never>(props: ListPageProps<Item, Name>) {
  const { title, about, actions, filters, values = {}, onFilter, list, columns, rowKey, onOpen, empty } = props;
  return (
    <Page title={title} about={about} actions={actions}>
      {filters !== undefined && onFilter !== undefined && (
        <FilterBar filters={filters} values={values} onChange={onFilter} />
      )}
      <DataTable label={title} list={list} columns={columns} rowKey={rowKey} onOpen={onOpen} empty={empty} />
      {props.children}
    </Page>
  );
}
