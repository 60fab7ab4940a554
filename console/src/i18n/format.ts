// Numbers and times in the reader's language. Units are the field's: energy in kWh, power in kW.
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

export interface Format {
  /** Date and time to the second. */
  time(at: string | null | undefined): string;
  date(at: string | null | undefined): string;
  /** e.g. "3 min ago". */
  ago(at: string | null | undefined): string;
  number(value: number | null | undefined, digits?: number): string;
  /** @param wh watt-hours */
  energy(wh: number | null | undefined): string;
  /** @param watts may be negative: discharging */
  power(watts: number | null | undefined): string;
  bytes(count: number | null | undefined): string;
  /** @param amount in the currency's main unit */
  money(amount: number | string | null | undefined, currency: string): string;
  /** The same of a price, which may have parts of a cent. */
  price(amount: number | null | undefined, currency: string): string;
  /** @param seconds e.g. "1 h 5 min" */
  duration(seconds: number | null | undefined): string;
}

const NOTHING = "–";
/** English of a continent that has 24 hours a day and its days before its months. */
const LOCALES: Record<string, string> = { en: "en-GB" };
const AGO: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => formatIn(localeOf(i18n.language)), [i18n.language]);
}

export const localeOf = (language: string): string => LOCALES[language] ?? language;

export function formatIn(language: string): Format {
  const timeFormat = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  const dateFormat = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const number = (value: number | null | undefined, digits = 1) =>
    value == null ? NOTHING : new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, maximumFractionDigits: 1 }).format(value);
  return {
    time: (at) => (at == null ? NOTHING : timeFormat.format(new Date(at))),
    date: (at) => (at == null ? NOTHING : dateFormat.format(new Date(at))),
    ago(at) {
      if (at == null) return NOTHING;
      const seconds = (Date.parse(at) - Date.now()) / 1000;
      const [name, length] = AGO.find(([, length]) => Math.abs(seconds) >= length) ?? (["second", 1] as const);
      return relative.format(Math.round(seconds / length), name);
    },
    number,
    energy: (wh) => (wh == null ? NOTHING : `${number(wh / 1000, 2)} kWh`),
    power: (watts) => (watts == null ? NOTHING : `${number(watts / 1000, 2)} kW`),
    bytes(count) {
      if (count == null) return NOTHING;
      const steps = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
      const step = Math.min(steps.length - 1, count === 0 ? 0 : Math.floor(Math.log10(count) / 3));
      return unit(count / 1000 ** step, steps[step] ?? "byte");
    },
    money: (amount, currency) =>
      amount == null
        ? NOTHING
        : new Intl.NumberFormat(language, { style: "currency", currency }).format(Number(amount)),
    price: (amount, currency) =>
      amount == null
        ? NOTHING
        : new Intl.NumberFormat(language, {
            style: "currency",
            currency,
            minimumFractionDigits: 2,
            maximumFractionDigits: 4,
          }).format(amount),
    duration(seconds) {
      if (seconds == null) return NOTHING;
      const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
      if (hours > 0) return `${unit(hours, "hour")} ${unit(minutes, "minute")}`;
      return minutes > 0 ? unit(minutes, "minute") : unit(Math.floor(seconds), "second");
    },
  };
}
