// DataTransfer, OCPP 1.6 section 4.3. The vendors' table is the same for every version.
export { dataTransfer } from "../data-transfer.ts";
