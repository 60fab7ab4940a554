// A point in time, typed in the reader's own time and kept as ISO 8601. The browser's own field is the one that
// everybody can use.
import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";

interface MomentInputProps extends Omit<TextInputProps, "value" | "defaultValue" | "onChange" | "type"> {
  /** ISO 8601; "": none. */
  value?: string;
  onChange?: (value: string) => void;
}

export function MomentInput({ value = "", onChange, ...props }: MomentInputProps) {
  // What is typed half is kept until it is a time.
  const [typed, setTyped] = useState(() => localText(value));
  const isSame = momentOf(typed) === momentOf(localText(value));
  return (
    <TextInput
      {...props}
      type="datetime-local"
      value={isSame ? typed : localText(value)}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        onChange?.(momentOf(currentTarget.value));
      }}
    />
  );
}

function momentOf(local: string): string {
  const at = new Date(local);
  return local === "" || Number.isNaN(at.getTime()) ? "" : at.toISOString();
}

/** As the field wants it: local, to the minute. */
export function localText(iso: string): string {
  if (iso === "") return "";
  const at = new Date(iso);
  const two = (part: number): string => String(part).padStart(2, "0");
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
