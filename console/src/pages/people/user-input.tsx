// Chooses a user by name. Who may not list users types the id.
import { Select, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { $api } from "../../api/client";
import { useMay } from "../../api/me";

interface UserInputProps {
  label: string;
  /** A user's id; "": none. */
  value?: string;
  onChange?: (value: string) => void;
  error?: ReactNode;
}

/** As many as a list to choose from can hold. */
const LIMIT = 500;

export function UserInput({ label, value = "", onChange, error }: UserInputProps) {
  const maySeeUsers = useMay("admin");
  const users = $api.useQuery("get", "/api/users", { params: { query: { limit: LIMIT } } }, { enabled: maySeeUsers });
  const known = users.data?.items.map(({ id, username }) => ({ value: id, label: username })) ?? [];
  const isMissing = value !== "" && !known.some((user) => user.value === value);
  if (!maySeeUsers)
    return (
      <TextInput
        label={label}
        value={value}
        error={error}
        onChange={({ currentTarget }) => onChange?.(currentTarget.value)}
      />
    );
  return (
    <Select
      label={label}
      data={isMissing ? [...known, { value, label: value }] : known}
      searchable
      clearable
      value={value === "" ? null : value}
      error={error}
      onChange={(id) => onChange?.(id ?? "")}
    />
  );
}
