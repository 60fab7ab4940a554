// The list as it is filtered, whole, as a CSV file.
import { Button, VisuallyHidden } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fetchRaw } from "../api/client";
import { notifyFailure } from "./notify";
import { saveAs } from "./save-as";

interface CsvButtonProps {
  /** e.g. /api/transactions */
  path: string;
  query?: Record<string, string | undefined>;
  /** Of the file, without its ending. */
  name: string;
}

export function CsvButton({ path, query = {}, name }: CsvButtonProps) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const set = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const search = new URLSearchParams([...set, ["format", "csv"]]);
      const response = await fetchRaw(`${path}?${search}`);
      saveAs(await response.blob(), `${name}.csv`);
    } catch (error) {
      notifyFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconDownload size={16} />}
      loading={isBusy}
      onClick={() => void save()}
    >
      CSV<VisuallyHidden> {t("download")}</VisuallyHidden>
    </Button>
  );
}
