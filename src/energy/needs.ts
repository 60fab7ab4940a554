// What a car and its driver want of a session: when they leave, how much they take, and how much may be given back.
// A car tells by NotifyEVChargingNeeds (OCPP 2.0.1 K15, 2.1 K15 and Q), a driver over the API, whose word counts more.
import { integer, number, type Payload, record, text } from "../ocpp/read.ts";
import { currentOf, type Load } from "./electrical.ts";

export interface Needs {
  /** Epoch milliseconds. */
  departure?: number | undefined;
  /** Wh wanted from when this was told. */
  energy?: number | undefined;
  /** Wh that must be taken, on balance, before anything is given back; below zero: so much may be given at once. */
  minimumEnergy?: number | undefined;
  /** A */
  minCurrent?: number | undefined;
  maxCurrent?: number | undefined;
  /** W in all. */
  maxPower?: number | undefined;
  /** A per phase, or W in all, that it can give back. */
  maxDischargeCurrent?: number | undefined;
  maxDischargePower?: number | undefined;
}

/** Energy transfer modes in which power may flow back. */
const BOTH_WAYS: ReadonlySet<string> = new Set(["AC_BPT", "AC_BPT_DER", "DC_BPT", "DC_ACDP_BPT"]);

/** @param told the payload of NotifyEVChargingNeeds */
export function needsOf(told: Payload): Needs {
  const needs = record(told.chargingNeeds);
  const [ac, dc, v2x] = [
    record(needs.acChargingParameters),
    record(needs.dcChargingParameters),
    record(needs.v2xChargingParameters),
  ];
  const departure = Date.parse(text(needs.departureTime) ?? "");
  const isBothWays = BOTH_WAYS.has(text(needs.requestedEnergyTransfer) ?? "");
  return {
    departure: Number.isFinite(departure) ? departure : undefined,
    energy: number(v2x.evTargetEnergyRequest) ?? number(ac.energyAmount) ?? number(dc.energyAmount),
    minimumEnergy: number(v2x.evMinV2XEnergyRequest) ?? number(v2x.evMinEnergyRequest),
    // The current of a DC car flows at its own voltage: of no meaning to the wires.
    minCurrent: positive(integer(ac.evMinCurrent)),
    maxCurrent: positive(integer(ac.evMaxCurrent)),
    maxPower: positive(phaseSum(v2x, "maxChargePower") ?? number(dc.evMaxPower)),
    maxDischargePower: isBothWays ? phaseSum(v2x, "maxDischargePower") : undefined,
    maxDischargeCurrent: isBothWays && Object.keys(dc).length === 0 ? number(v2x.maxDischargeCurrent) : undefined,
  };
}

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined;

/** A sum over all phases, or one value a phase (OCPP 2.1 V2XChargingParameters). */
function phaseSum(values: Payload, name: string): number | undefined {
  const first = number(values[name]);
  return first === undefined
    ? undefined
    : first + (number(values[`${name}_L2`]) ?? 0) + (number(values[`${name}_L3`]) ?? 0);
}

/** A per phase that car and charger both can give back. */
export function dischargeBound(load: Load, charger: number, needs: Needs): number {
  const byPower = needs.maxDischargePower === undefined ? undefined : currentOf(load, needs.maxDischargePower);
  const told = [byPower, needs.maxDischargeCurrent].filter((one) => one !== undefined);
  return told.length === 0 ? 0 : Math.max(0, Math.min(charger, ...told));
}

/** A per phase that car and charger both can take; never below what the car needs to charge at all. */
export function chargeBounds(load: Load, charger: { min: number; max: number }, needs: Needs) {
  const byPower = needs.maxPower === undefined ? Number.POSITIVE_INFINITY : currentOf(load, needs.maxPower);
  const minCurrent = Math.max(charger.min, needs.minCurrent ?? 0);
  const own = Math.min(needs.maxCurrent ?? Number.POSITIVE_INFINITY, byPower);
  return { minCurrent, maxCurrent: Math.min(charger.max, Math.max(minCurrent, own)) };
}
