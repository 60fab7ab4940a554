// A moment: how long ago, and exactly when on hover.
import { Text } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { useFormat } from "../i18n/format";

const RENEW_MS = 15_000;

export function Ago({ at }: { at: string | null | undefined }) {
  const format = useFormat();
  const [, renew] = useState(0);
  useInterval(() => renew((count) => count + 1), RENEW_MS, { autoInvoke: true });
  if (at == null) return <Text span>–</Text>;
  return (
    <time dateTime={at} title={format.time(at)}>
      {format.ago(at)}
    </time>
  );
}
