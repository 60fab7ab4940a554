// Who may sign in, as what.
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import { CsvButton } from "../../ui/csv-button";
import type { Column } from "../../ui/data-table";
import { flagOf, oneOf, useFilters } from "../../ui/filters";
import { pathTo, To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { Status } from "../../ui/status";
import { Ago } from "../../ui/time";
import { ROLES } from "./roles";
import { UserForm } from "./user-form";

type User = Schemas["User"];

const FILTERS = ["username", "role", "active"] as const;

export default function Users() {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const [isNew, setNew] = useState(false);
  const [filters, change] = useFilters(FILTERS);
  const query = {
    ...filters,
    role: oneOf(ROLES, filters.role),
    active: flagOf(filters.active),
    limit: PAGE_SIZE,
  };
  const list = $api.useInfiniteQuery("get", "/api/users", { params: { query } }, CURSOR_PAGING);
  const columns = useMemo<Column<User>[]>(
    () => [
      {
        id: "username",
        header: common("username"),
        width: 180,
        cell: ({ id, username }) => (
          <To kind="user" id={id}>
            {username}
          </To>
        ),
      },
      { id: "role", header: t("role"), cell: ({ role }) => common(`roles.${role}`) },
      { id: "name", header: t("name"), cell: ({ name }) => name ?? "–" },
      { id: "email", header: t("email"), width: 200, cell: ({ email }) => email ?? "–" },
      { id: "active", header: t("access"), cell: ({ active }) => <Status value={active ? "active" : "locked"} /> },
      { id: "created", header: t("created"), cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ],
    [t, common],
  );
  return (
    <ListPage
      title={common("pages.users")}
      about={t("usersAbout")}
      actions={
        <>
          <CsvButton path="/api/users" query={filters} name="users" />
          <Button size="xs" leftSection={<IconPlus size={16} />} onClick={() => setNew(true)}>
            {t("newUser")}
          </Button>
        </>
      }
      filters={[
        { name: "username", label: common("username") },
        {
          name: "role",
          label: t("role"),
          options: ROLES.map((role) => ({ value: role, label: common(`roles.${role}`) })),
        },
        {
          name: "active",
          label: t("access"),
          options: [
            { value: "true", label: t("active") },
            { value: "false", label: t("locked") },
          ],
        },
      ]}
      values={filters}
      onFilter={change}
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate(pathTo.user(id))}
      empty={t("noUsers")}
    >
      {isNew && <UserForm onClose={() => setNew(false)} />}
    </ListPage>
  );
}
