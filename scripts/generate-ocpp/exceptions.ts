// Where the published schemas depart from their own rules, as data. An entry needs a reason.

/**
 * Messages that are never answered. The schema of a SEND message (OCPP 2.1, part 4) is named after its bare action:
 * no "Request" suffix and no response beside it.
 */
export const SEND_ACTIONS: readonly string[] = ["NotifyPeriodicEventStream"];

/**
 * OCPP 1.6 publishes its data types inline, once per use. Property -> the name the specification gives the type
 * (1.6 edition 2, chapter 7). Hoisting them gives one type and one validator each; two uses that differ are an error.
 */
export const INLINE_TYPES_V16: Readonly<Record<string, string>> = {
  chargingProfile: "ChargingProfile",
  chargingSchedule: "ChargingSchedule",
  chargingSchedulePeriod: "ChargingSchedulePeriod",
  configurationKey: "KeyValue",
  csChargingProfiles: "ChargingProfile",
  idTagInfo: "IdTagInfo",
  localAuthorizationList: "AuthorizationData",
  meterValue: "MeterValue",
  sampledValue: "SampledValue",
  transactionData: "MeterValue",
};

/**
 * Actions that only one of the two schema packages has, per version. None today: they agree on all three versions.
 * (They differ in three 1.6 lengths: typed-ocpp widens ChangeConfiguration.value and KeyValue.value from 500 to 2048
 * and StatusNotification.info from 50 to 100; ocpp-rpc has the published numbers and is the source.)
 */
export const ONLY_IN_ONE_PACKAGE: Readonly<Record<string, readonly string[]>> = { v16: [], v201: [], v21: [] };
