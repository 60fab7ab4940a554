// What moved from the database to the file store because it is old.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { $api, fetchRaw, type Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { CsvButton } from "../../ui/csv-button";
import { type Column, DataTable } from "../../ui/data-table";
import { CURSOR_PAGING, PAGE_SIZE } from "../../ui/list";
import { notifyFailure } from "../../ui/notify";
import { Page } from "../../ui/page";
import { RowButton } from "../../ui/row-button";
import { saveAs } from "../../ui/save-as";

type Archive = Schemas["Archive"];

export default function Archives() {
  const { t } = useTranslation("system");
  const { t: common } = useTranslation();
  const format = useFormat();
  const list = $api.useInfiniteQuery(
    "get",
    "/api/archives",
    { params: { query: { limit: PAGE_SIZE } } },
    CURSOR_PAGING,
  );
  const columns = useMemo<Column<Archive>[]>(
    () => [
      { id: "at", header: t("at"), width: 190, cell: ({ createdAt }) => format.time(createdAt) },
      { id: "kind", header: t("archives.kind"), width: 220, cell: ({ kind }) => t(`archives.kinds.${kind}`) },
      { id: "lines", header: t("archives.lines"), width: 120, align: "end", cell: ({ lines }) => format.number(lines) },
      { id: "bytes", header: t("archives.size"), width: 120, align: "end", cell: ({ bytes }) => format.bytes(bytes) },
      {
        id: "file",
        header: t("archives.file"),
        width: 340,
        cell: (archive) =>
          archive.finishedAt === null ? (
            t("archives.unfinished")
          ) : (
            <RowButton onClick={() => void download(archive).catch(notifyFailure)}>{fileName(archive)}</RowButton>
          ),
      },
    ],
    [t, format],
  );
  return (
    <Page
      title={common("pages.archives")}
      about={t("archives.about")}
      actions={<CsvButton path="/api/archives" query={{}} name="archives" />}
    >
      <DataTable
        label={common("pages.archives")}
        list={list}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("archives.none")}
      />
    </Page>
  );
}

const fileName = ({ id }: Archive): string => `${id}.ndjson.gz`;

async function download(archive: Archive): Promise<void> {
  const response = await fetchRaw(`/api/archives/${archive.id}/content`);
  saveAs(await response.blob(), fileName(archive));
}
