// Choose files, watch them go, give one up.
import { ActionIcon, Button, FileButton, Group, Paper, Progress, Stack, Text } from "@mantine/core";
import { IconUpload, IconX } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { invalidate } from "../../api/queries";
import { notifyFailure } from "../../ui/notify";
import { upload } from "./upload";

type Kind = Schemas["File"]["kind"];

interface UploadButtonProps {
  kind: Kind;
  label: string;
  onDone?: (file: Schemas["File"]) => void;
}

interface Transfer {
  key: number;
  name: string;
  share: number;
  giveUp: () => void;
}

export function UploadButton({ kind, label, onDone }: UploadButtonProps) {
  const { t } = useTranslation("files");
  const [transfers, setTransfers] = useState<Transfer[]>([]);
  const reset = useRef<() => void>(null);
  const nextKey = useRef(0);

  const send = async (file: File): Promise<void> => {
    const key = nextKey.current++;
    const abort = new AbortController();
    const change = (share: number): void =>
      setTransfers((all) => all.map((one) => (one.key === key ? { ...one, share } : one)));
    setTransfers((all) => [...all, { key, name: file.name, share: 0, giveUp: () => abort.abort() }]);
    try {
      const stored = await upload({ file, path: file.name, kind, onProgress: change, signal: abort.signal });
      onDone?.(stored);
      await invalidate("/api/files");
    } catch (error) {
      if (!abort.signal.aborted) notifyFailure(error, file.name);
    } finally {
      setTransfers((all) => all.filter((one) => one.key !== key));
    }
  };

  return (
    <>
      <FileButton
        multiple
        resetRef={reset}
        onChange={(files) => {
          for (const file of files) void send(file);
          // Or the same file could not be chosen again.
          reset.current?.();
        }}
      >
        {(props) => (
          <Button size="xs" leftSection={<IconUpload size={16} />} {...props}>
            {label}
          </Button>
        )}
      </FileButton>
      {transfers.length > 0 && (
        <Paper withBorder shadow="md" p="sm" pos="fixed" bottom={16} left={16} w={320} style={{ zIndex: 200 }}>
          <Stack gap="xs">
            {transfers.map(({ key, name, share, giveUp }) => (
              <div key={key}>
                <Group justify="space-between" wrap="nowrap">
                  <Text size="sm" truncate>
                    {name}
                  </Text>
                  <ActionIcon variant="subtle" color="gray" aria-label={t("giveUp", { name })} onClick={giveUp}>
                    <IconX size={16} />
                  </ActionIcon>
                </Group>
                <Progress value={share * 100} aria-label={name} />
              </div>
            ))}
          </Stack>
        </Paper>
      )}
    </>
  );
}
