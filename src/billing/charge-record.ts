// The charge detail record of a session: what was used, what it costs, and where. Source: OCPI 2.2.1, mod_cdrs.
import { type Amount, rounded, sum } from "../pricing/amounts.ts";
import { type Bill, type Cost, costOf, hasVat } from "../pricing/bill.ts";
import { type Line, type Period, price } from "../pricing/price.ts";
import type { PricedBy } from "../pricing/tariff.ts";
import type { Cdr } from "./documents/cdr.ts";
import type { Billable } from "./session.ts";

/** OCPI's numbers have four decimals. */
const PLACES = 4;

/** Where no tariff is named, charging is free. */
const FREE: PricedBy = { currency: "EUR", elements: [] };

export function billOf({ tariff, location, intervals, reservation, gridPrices }: Billable): Bill {
  return price({ timeZone: location.timeZone, intervals, reservation, gridPrices }, tariff?.tariff ?? FREE);
}

export function chargeRecord(session: Billable, id: string, now: Date): Cdr {
  const { transaction, tariff } = session;
  const bill = billOf(session);
  const withVat = tariff !== undefined && hasVat(tariff.tariff);
  const cost = (...dimensions: Line["dimension"][]) =>
    shown(
      costOf(
        bill.lines.filter(({ dimension }) => dimensions.includes(dimension)),
        withVat,
      ),
    );
  const total = (of: (period: Period) => Amount) => sum(bill.periods.map(of));
  const parking = total(({ parkingSeconds }) => parkingSeconds);
  return {
    id,
    transactionId: transaction.id,
    chargePointId: session.chargePointId,
    startDateTime: new Date(session.reservation?.from ?? transaction.startedAt).toISOString(),
    endDateTime: (transaction.stoppedAt ?? now).toISOString(),
    cdrToken: tokenOf(session),
    authMethod: transaction.commandId === null ? "AUTH_REQUEST" : "COMMAND",
    cdrLocation: placeOf(session),
    currency: bill.currency,
    tariffs: tariff === undefined ? [] : [{ id: tariff.id, ...tariff.tariff }],
    chargingPeriods: [
      ...reservedPeriod(bill, session),
      ...bill.periods.map((period) => shownPeriod(period, tariff?.id)),
    ],
    totalCost: shown(bill.total),
    totalFixedCost: cost("FLAT"),
    totalEnergy: decimal(total(({ importedKwh }) => importedKwh)),
    totalEnergyCost: cost("ENERGY"),
    ...(bill.lines.some(({ dimension }) => dimension === "GRID") ? { totalGridCost: cost("GRID") } : {}),
    totalExportedEnergy: decimal(total(({ exportedKwh }) => exportedKwh)),
    totalExportCost: cost("ENERGY_EXPORT"),
    totalTime: hours(parking.add(total(({ chargingSeconds }) => chargingSeconds))),
    totalTimeCost: cost("TIME"),
    totalParkingTime: hours(parking),
    totalParkingCost: cost("PARKING_TIME"),
    totalReservationCost: cost("RESERVATION_TIME", "RESERVATION_FLAT"),
    ...(transaction.stopReason === null ? {} : { remark: `Ended: ${transaction.stopReason}` }),
    credit: false,
    lastUpdated: now.toISOString(),
  };
}

const decimal = (amount: Amount): number => rounded(amount, PLACES);
const hours = (seconds: Amount): number => decimal(seconds.div(3600));

function shown({ exclVat, inclVat }: Cost): Cdr["totalCost"] {
  return { exclVat: decimal(exclVat), ...(inclVat === undefined ? {} : { inclVat: decimal(inclVat) }) };
}

type Dimensions = Cdr["chargingPeriods"][number]["dimensions"];

function shownPeriod(period: Period, tariffId: string | undefined): Cdr["chargingPeriods"][number] {
  const dimensions: Dimensions = [
    { type: "ENERGY", volume: decimal(period.importedKwh) },
    { type: "ENERGY_EXPORT", volume: decimal(period.exportedKwh) },
    { type: "TIME", volume: hours(period.chargingSeconds) },
    { type: "PARKING_TIME", volume: hours(period.parkingSeconds) },
  ];
  const told = dimensions.filter(({ volume }, index) => index === 0 || volume !== 0);
  return {
    startDateTime: new Date(period.from).toISOString(),
    dimensions: told,
    ...(period.gridPrice === 0 ? {} : { gridPrice: period.gridPrice }),
    ...(tariffId === undefined ? {} : { tariffId }),
  };
}

function reservedPeriod({ lines }: Bill, { reservation, tariff }: Billable): Cdr["chargingPeriods"] {
  if (reservation === undefined) return [];
  const seconds = sum(
    lines.filter(({ dimension }) => dimension === "RESERVATION_TIME").map(({ quantity }) => quantity),
  );
  return [
    {
      startDateTime: new Date(reservation.from).toISOString(),
      dimensions: [{ type: "RESERVATION_TIME", volume: hours(seconds) }],
      ...(tariff === undefined ? {} : { tariffId: tariff.id }),
    },
  ];
}

function tokenOf({ transaction: { idToken, idTokenType }, token }: Billable): Cdr["cdrToken"] {
  if (idToken === null) return null;
  return {
    uid: token?.idToken ?? idToken,
    type: idTokenType ?? token?.type ?? "RFID",
    contractId: token?.groupId ?? idToken,
  };
}

function placeOf({ location, place: { evse, connector }, chargePointId }: Billable): Cdr["cdrLocation"] {
  const { id, name, address, city, postalCode, country, coordinates } = location;
  return {
    ...{ id, address, city, country, coordinates },
    ...(name === undefined ? {} : { name }),
    ...(postalCode === undefined ? {} : { postalCode }),
    evseUid: evse.uid ?? `${chargePointId}-${evse.ocppEvseId}`,
    evseId: evse.evseId ?? `${chargePointId}-${evse.ocppEvseId}`,
    connectorId: connector.id,
    connectorStandard: connector.standard,
    connectorFormat: connector.format,
    connectorPowerType: connector.powerType,
  };
}
