// DataTransfer, OCPP 2.0.1 part 2, block P. The vendors' table is the same for every version.
export { dataTransfer } from "../data-transfer.ts";
