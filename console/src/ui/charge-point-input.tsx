// The identity of a charger; as it is typed, the known ones are offered.
import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import type { ReactNode } from "react";
import { $api } from "../api/client";

interface ChargePointInputProps {
  label: string;
  description?: string;
  value?: string;
  onChange?: (value: string) => void;
  error?: ReactNode;
  required?: boolean;
}

const REST_MS = 200;
const OFFERED = 20;

export function ChargePointInput({ value = "", ...props }: ChargePointInputProps) {
  const [id] = useDebouncedValue(value, REST_MS);
  const { data } = $api.useQuery("get", "/api/charge-points", {
    params: { query: { id: id === "" ? undefined : id, limit: OFFERED } },
  });
  return (
    <Autocomplete
      {...props}
      value={value}
      data={data?.items.map((item) => item.id) ?? []}
      // The server has chosen already.
      filter={({ options }) => options}
    />
  );
}
