// A tariff of OCPI in the words of OCPP 2.1, for chargers that reckon themselves and show the price before a session.
// Source: OCPP 2.1 part 2, TariffType; OCPI 2.2.1, mod_tariffs. Pure. What OCPP has no words for: steps (a charger counts
// as measured; the bill rounds), prices of an expired reservation (ours to bill), and what is refused below.
import { type Payload, record } from "../ocpp/read.ts";
import type { Day, Dimension, PriceComponent, Restrictions } from "../pricing/tariff.ts";
import { fail, ok, type Result } from "../result.ts";
import type { StoredTariff } from "./documents/tariff.ts";

type Member = "energy" | "chargingTime" | "idleTime" | "fixedFee" | "reservationTime" | "reservationFixed";

const MEMBERS: Partial<Record<Dimension, { charging: Member; reserved?: Member }>> = {
  ENERGY: { charging: "energy" },
  TIME: { charging: "chargingTime", reserved: "reservationTime" },
  PARKING_TIME: { charging: "idleTime" },
  FLAT: { charging: "fixedFee", reserved: "reservationFixed" },
};

const DAYS: Readonly<Record<Day, string>> = {
  ...{ MONDAY: "Monday", TUESDAY: "Tuesday", WEDNESDAY: "Wednesday", THURSDAY: "Thursday" },
  ...{ FRIDAY: "Friday", SATURDAY: "Saturday", SUNDAY: "Sunday" },
};

interface Priced {
  component: PriceComponent;
  restrictions: Restrictions;
}

/** @returns a TariffType; fails with what a charger could not be told without saying something else. */
export function ocppTariff(tariffId: string, tariff: StoredTariff): Result<Payload, string> {
  const priced = new Map<Member, Priced[]>();
  for (const { priceComponents, restrictions = {} } of tariff.elements) {
    if (restrictions.reservation === "RESERVATION_EXPIRES") continue;
    for (const component of priceComponents) {
      const members = MEMBERS[component.type];
      if (members === undefined) return fail("OCPP has no price for energy that a car gives back.");
      const member = restrictions.reservation === undefined ? members.charging : members.reserved;
      if (member === undefined) return fail(`OCPP has no ${component.type} price for a reservation.`);
      priced.set(member, [...(priced.get(member) ?? []), { component, restrictions }]);
    }
  }
  for (const [member, prices] of priced) {
    if (new Set(prices.map(({ component }) => component.vat)).size > 1)
      return fail(`OCPP has one rate of VAT for all of ${member}.`);
    if (isFixed(member) && prices.some(({ restrictions }) => dependsOnSession(restrictions)))
      return fail("A fixed price of OCPP cannot depend on how a session goes on.");
  }
  const times = (member: Member) =>
    of(priced.get(member), ({ component, restrictions }) => ({
      // Per minute, where OCPI has it per hour.
      priceMinute: component.price / 60,
      conditions: conditionsOf(restrictions),
    }));
  const fixed = (member: Member) =>
    of(priced.get(member), ({ component, restrictions }) => ({
      priceFixed: component.price,
      conditions: conditionsOf(restrictions),
    }));
  const energy = of(priced.get("energy"), ({ component, restrictions }) => ({
    priceKwh: component.price,
    conditions: conditionsOf(restrictions),
  }));
  const { currency, startDateTime: validFrom, minPrice, maxPrice, tariffAltText = [] } = tariff;
  const description = tariffAltText.map(({ language, text }) => ({ format: "UTF8", language, content: text }));
  return ok(
    said({
      ...{ tariffId, currency, validFrom, energy },
      ...{ chargingTime: times("chargingTime"), idleTime: times("idleTime"), fixedFee: fixed("fixedFee") },
      ...{ reservationTime: times("reservationTime"), reservationFixed: fixed("reservationFixed") },
      minCost: minPrice && { exclTax: minPrice.exclVat, inclTax: minPrice.inclVat },
      maxCost: maxPrice && { exclTax: maxPrice.exclVat, inclTax: maxPrice.inclVat },
      description: description.length === 0 ? undefined : description,
    }),
  );
}

function of<T>(priced: readonly Priced[] | undefined, price: (one: Priced) => T) {
  const [first] = priced ?? [];
  if (priced === undefined || first === undefined) return undefined;
  const { vat } = first.component;
  return { prices: priced.map(price), ...(vat === undefined ? {} : { taxRates: [{ type: "VAT", tax: vat }] }) };
}

const isFixed = (member: Member): boolean => member === "fixedFee" || member === "reservationFixed";

const FIXED: ReadonlySet<string> = new Set([
  "startTime",
  "endTime",
  "startDate",
  "endDate",
  "dayOfWeek",
  "reservation",
]);
const dependsOnSession = (restrictions: Restrictions): boolean =>
  Object.entries(restrictions).some(([name, value]) => value !== undefined && !FIXED.has(name));

function conditionsOf(restrictions: Restrictions): Payload | undefined {
  const { startTime, endTime, startDate, endDate, dayOfWeek, minKwh, maxKwh, minPower, maxPower } = restrictions;
  const { minCurrent, maxCurrent, minDuration, maxDuration } = restrictions;
  const conditions = said({
    ...{ startTimeOfDay: startTime, endTimeOfDay: endTime, validFromDate: startDate, validToDate: endDate },
    dayOfWeek: dayOfWeek === undefined || dayOfWeek.length === 0 ? undefined : dayOfWeek.map((day) => DAYS[day]),
    ...{ minEnergy: inThousands(minKwh), maxEnergy: inThousands(maxKwh) },
    ...{ minPower: inThousands(minPower), maxPower: inThousands(maxPower), minCurrent, maxCurrent },
    ...{ minTime: minDuration, maxTime: maxDuration },
  });
  return Object.keys(conditions).length === 0 ? undefined : conditions;
}

const inThousands = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : Number((value * 1000).toPrecision(15));

/** Without what is undefined, however deep. */
const said = (members: object): Payload => record(JSON.parse(JSON.stringify(members)));
