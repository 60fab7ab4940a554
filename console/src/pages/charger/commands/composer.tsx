// A command in the making, by form or as raw JSON, and what the charger answered to it.
import { Alert, Button, Grid, JsonInput, Stack, Text } from "@mantine/core";
import type { RJSFSchema } from "@rjsf/utils";
import { useMutation } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { ApiProblem } from "../../../api/problem";
import { invalidate } from "../../../api/queries";
import { Failure } from "../../../ui/failure";
import { Loading } from "../../../ui/loading";
import type { PartProps } from "../tabs";
import { Answer } from "./answer";

const CommandForm = lazy(() => import("./command-form"));

interface ComposerProps extends PartProps {
  action: string;
  schema: RJSFSchema;
  isRaw: boolean;
}

export function Composer({ charger, action, schema, isRaw }: ComposerProps) {
  const { t } = useTranslation("charger");
  const [payload, setPayload] = useState<object>({});
  const [text, setText] = useState<string>();
  const send = useMutation({
    mutationFn: async (body: { action: string; payload: Record<string, unknown> }) => {
      const { data } = await api.POST("/api/charge-points/{id}/commands", {
        params: { path: { id: charger.id } },
        body,
      });
      return data;
    },
    onSettled: () => invalidate("/api/charge-points/{id}/commands", "/api/commands"),
  });
  const submit = (what: object): void => send.mutate({ action, payload: { ...what } });
  const problem = send.error instanceof ApiProblem ? send.error : undefined;
  return (
    <Grid gap="xl">
      <Grid.Col span={{ base: 12, md: 6 }}>
        {isRaw ? (
          <Raw
            text={text ?? JSON.stringify(payload, null, 2)}
            isBusy={send.isPending}
            onChange={setText}
            onSend={(what) => {
              setPayload(what);
              submit(what);
            }}
          />
        ) : (
          <Suspense fallback={<Loading />}>
            <CommandForm
              schema={schema}
              payload={payload}
              errors={problem?.status === 422 ? problem.fieldErrors : {}}
              isBusy={send.isPending}
              onChange={(what) => {
                setPayload(what);
                setText(undefined);
              }}
              onSend={() => submit(payload)}
            />
          </Suspense>
        )}
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }} aria-live="polite">
        {/* In sight beside a long form. */}
        <Stack gap="sm" pos="sticky" top={72}>
          {!charger.connected && <Alert color="yellow">{t("commands.offline")}</Alert>}
          {send.isPending && <Text size="sm">{t("commands.waiting")}</Text>}
          {problem?.status === 504 ? (
            <Alert color="grape" title={t("commands.unknown")}>
              {t("commands.unknownAbout")}
            </Alert>
          ) : (
            send.error && <Failure error={send.error} />
          )}
          {send.data && <Answer command={send.data} />}
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

interface RawProps {
  text: string;
  isBusy: boolean;
  onChange: (text: string) => void;
  onSend: (payload: object) => void;
}

function Raw({ text, isBusy, onChange, onSend }: RawProps) {
  const { t } = useTranslation("charger");
  const payload = objectIn(text);
  return (
    <Stack gap="sm" align="flex-start">
      <JsonInput
        w="100%"
        label={t("commands.payload")}
        value={text}
        onChange={onChange}
        autosize
        minRows={8}
        maxRows={30}
        formatOnBlur
        error={payload === undefined ? t("commands.noJson") : undefined}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      />
      <Button loading={isBusy} disabled={payload === undefined} onClick={() => payload && onSend(payload)}>
        {t("commands.send")}
      </Button>
    </Stack>
  );
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
