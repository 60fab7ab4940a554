// The neutral commands in OCPP 2.1: a negative limit is a set point, by which the CSMS has the EV discharge.
// Source: OCPP 2.1 part 2, use case Q03, central V2X control with a charging schedule.
import { only } from "../neutral.ts";
import { neutralOf } from "../v201/neutral.ts";

export const neutral = neutralOf(({ limit, phases }) => ({
  startPeriod: 0,
  operationMode: "CentralSetpoint",
  setpoint: limit,
  ...only({ numberPhases: phases }),
}));
