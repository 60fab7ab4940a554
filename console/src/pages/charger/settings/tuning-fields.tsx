// What may be tuned because real chargers differ.
import { NumberInput, Select, SimpleGrid, Switch } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../../api/client";
import type { Settings } from "./settings";

type Tuning = Schemas["Tuning"];

const SWITCHES = ["triggerBoot", "heartbeatJitter", "learnHeartbeat"] as const satisfies readonly (keyof Tuning)[];
const SECONDS = ["closeSilentAfter", "startPatience", "sampleInterval"] as const satisfies readonly (keyof Tuning)[];
const STOPS = ["never", "asConfigured", "always"] as const;

interface TuningFieldsProps {
  form: UseFormReturnType<Settings>;
  isDisabled: boolean;
}

export function TuningFields({ form, isDisabled }: TuningFieldsProps) {
  const { t } = useTranslation("charger");
  const words = (name: keyof Tuning) => ({
    label: t(`tuning.${name}`),
    description: t(`tuning.about.${name}`),
    disabled: isDisabled,
  });
  const below = { inputWrapperOrder: ["label" as const, "input" as const, "description" as const, "error" as const] };
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
      {SECONDS.map((name) => (
        <NumberInput key={name} {...words(name)} {...below} min={0} {...form.getInputProps(`tuning.${name}`)} />
      ))}
      <Select
        {...words("stopUnauthorized")}
        {...below}
        allowDeselect={false}
        data={STOPS.map((value) => ({ value, label: t(`tuning.stops.${value}`) }))}
        {...form.getInputProps("tuning.stopUnauthorized")}
      />
      {SWITCHES.map((name) => (
        <Switch key={name} {...words(name)} {...form.getInputProps(`tuning.${name}`, { type: "checkbox" })} />
      ))}
    </SimpleGrid>
  );
}
