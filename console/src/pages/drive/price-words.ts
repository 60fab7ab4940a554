// A tariff in a line: its prices as they are without restrictions. What is restricted is said to be so, not left out.
import type { TFunction } from "i18next";
import type { Schemas } from "../../api/client";
import type { Format } from "../../i18n/format";

type Tariff = Pick<Schemas["Tariff"], "elements" | "currency">;

export function priceWords({ elements, currency }: Tariff, format: Format, t: TFunction<"drive">): string {
  const words = elements
    .filter(({ restrictions }) => restrictions === undefined)
    .flatMap(({ priceComponents }) =>
      priceComponents.map(({ type, price, vat }) =>
        t(`prices.${type}`, { price: format.money(price * (1 + (vat ?? 0) / 100), currency) }),
      ),
    );
  const isRestricted = elements.some(({ restrictions }) => restrictions !== undefined);
  return [...words, ...(isRestricted ? [t("pricesVary")] : [])].join(", ");
}
