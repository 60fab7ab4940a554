// The filters above a list: a text is sent when the typing rests, a choice at once.
import { Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { MomentInput } from "./moment-input";

/** A filter, named like the API's query parameter. With `options` it is a choice, without a text. */
export interface Filter<Name extends string> {
  name: Name;
  label: string;
  options?: readonly (string | { value: string; label: string })[];
  /** A point in time. */
  isMoment?: boolean;
}

interface FilterBarProps<Name extends string> {
  filters: readonly Filter<Name>[];
  values: Partial<Record<Name, string>>;
  onChange: (changes: Partial<Record<Name, string | null>>) => void;
}

const REST_MS = 300;

export function FilterBar<Name extends string>({ filters, values, onChange }: FilterBarProps<Name>) {
  return (
    <Group gap="xs" role="search">
      {filters.map((filter) => (
        <Field key={filter.name} filter={filter} value={values[filter.name]} onChange={onChange} />
      ))}
    </Group>
  );
}

interface FieldProps<Name extends string> {
  filter: Filter<Name>;
  value: string | undefined;
  onChange: FilterBarProps<Name>["onChange"];
}

function Field<Name extends string>({ filter: { name, label, options, isMoment }, value, onChange }: FieldProps<Name>) {
  const { t } = useTranslation();
  const set = (text: string | null): void => onChange(change(name, text));
  const later = useDebouncedCallback(set, REST_MS);
  if (isMoment) return <MomentInput size="xs" label={label} value={value ?? ""} onChange={set} />;
  if (options === undefined) {
    return (
      <TextInput
        size="xs"
        label={label}
        defaultValue={value ?? ""}
        onChange={({ currentTarget }) => later(currentTarget.value)}
      />
    );
  }
  return (
    <Select
      size="xs"
      label={label}
      placeholder={t("all")}
      clearable
      data={options}
      value={value ?? null}
      onChange={set}
    />
  );
}

function change<Name extends string>(name: Name, value: string | null): Partial<Record<Name, string | null>> {
  const changes: Partial<Record<Name, string | null>> = {};
  changes[name] = value;
  return changes;
}
