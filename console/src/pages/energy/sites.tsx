// Locations whose power is shared.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { $api, type Schemas } from "../../api/client";
import type { Column } from "../../ui/data-table";
import { pathTo, To } from "../../ui/links";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { ListPage } from "../../ui/list-page";
import { Ago } from "../../ui/time";

type Site = Schemas["Site"];

export default function Sites() {
  const { t } = useTranslation("energy");
  const { t: common } = useTranslation();
  const [, navigate] = useLocation();
  const list = $api.useInfiniteQuery("get", "/api/sites", { params: { query: { limit: PAGE_SIZE } } }, CURSOR_PAGING);
  const columns = useMemo<Column<Site>[]>(
    () => [
      { id: "id", header: t("site"), width: 300, cell: ({ id }) => <SiteLink id={id} /> },
      { id: "policy", header: t("policy"), width: 180, cell: ({ policy }) => t(`policies.${policy}`) },
      { id: "nodes", header: t("nodes"), width: 90, align: "end", cell: ({ nodes }) => nodes.length },
      { id: "loads", header: t("evses"), width: 90, align: "end", cell: ({ connections }) => connections.length },
      { id: "updated", header: t("updated"), cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
    ],
    [t],
  );
  return (
    <ListPage
      title={common("pages.sites")}
      about={t("sitesAbout")}
      list={list}
      columns={columns}
      rowKey={({ id }) => id}
      onOpen={({ id }) => navigate(pathTo.site(id))}
      empty={t("noSites")}
    />
  );
}

/** A site is known by its location's name. */
function SiteLink({ id }: { id: string }) {
  const place = $api.useQuery("get", "/api/locations/{id}", { params: { path: { id } } });
  return (
    <To kind="site" id={id}>
      {place.data?.name ?? place.data?.address ?? id}
    </To>
  );
}
