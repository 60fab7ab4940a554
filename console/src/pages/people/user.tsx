// One user: who they are, their account, and their tokens.
import { Button } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { $api, api } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { ask } from "../../ui/confirm";
import { Facts } from "../../ui/facts";
import { Failure } from "../../ui/failure";
import { Loading } from "../../ui/loading";
import { useChange } from "../../ui/mutate";
import { Page } from "../../ui/page";
import { Status } from "../../ui/status";
import { Account } from "./account";
import { UserForm } from "./user-form";
import { UserTokens } from "./user-tokens";

export default function User({ params: { id = "" } }: { params: { id?: string } }) {
  const { t } = useTranslation("people");
  const { t: common } = useTranslation();
  const format = useFormat();
  const [, navigate] = useLocation();
  const change = useChange({ done: common("deleted"), stale: ["/api/users"] });
  const [isEdited, setEdited] = useState(false);
  const { data: user, error, refetch } = $api.useQuery("get", "/api/users/{id}", { params: { path: { id } } });
  if (user === undefined) return error ? <Failure error={error} retry={refetch} /> : <Loading />;

  const remove = async () => {
    const isDone = await change.run(() => api.DELETE("/api/users/{id}", { params: { path: { id } } }));
    if (isDone) navigate("/users");
  };
  const askFirst = () =>
    ask({
      title: common("reallyDelete", { name: user.username }),
      body: common("noWayBack"),
      confirm: common("delete"),
      isDangerous: true,
      onConfirm: () => void remove(),
    });
  return (
    <Page
      title={user.username}
      about={common(`roles.${user.role}`)}
      actions={
        <>
          <Button size="xs" variant="default" leftSection={<IconPencil size={16} />} onClick={() => setEdited(true)}>
            {common("edit")}
          </Button>
          <Button size="xs" variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={askFirst}>
            {common("delete")}
          </Button>
        </>
      }
    >
      <Facts
        of={[
          [t("access"), <Status key="" value={user.active ? "active" : "locked"} />],
          [t("name"), user.name],
          [t("email"), user.email],
          [t("created"), format.time(user.createdAt)],
          [t("id"), user.id],
        ]}
      />
      <Account userId={id} />
      <UserTokens userId={id} />
      {isEdited && <UserForm known={user} onClose={() => setEdited(false)} />}
    </Page>
  );
}
