// The local authorization list, OCPP 2.1 part 2, block D: more types of tokens than 2.0.1 has, and longer ones.
import { localListDialect, TYPES } from "../v201/local-list.ts";

const MAX_ID_TOKEN = 255;

export const localList = localListDialect(new Set([...TYPES, "DirectPayment", "EVCCID", "VIN"]), MAX_ID_TOKEN);
