// The server checks every payload against the official schema and says what is wrong where; a second judge here would
// weigh more than all forms, and need `eval`, which the console's policy forbids.
import type { ErrorSchema, ValidatorType } from "@rjsf/utils";

export const serverDecides: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  // Asked where a schema has alternatives: those of OCPP have none.
  isValid: () => true,
  rawValidation: () => ({}),
};

export default serverDecides;

/** @param errors of the API by dotted path, as `payload.connectorId` */
export function errorsOf(errors: Record<string, string>): ErrorSchema {
  const root: ErrorSchema = {};
  for (const [path, detail] of Object.entries(errors)) {
    let place = root;
    for (const name of path.split(".").slice(1)) {
      const next: ErrorSchema = place[name] ?? {};
      place[name] = next;
      place = next;
    }
    place.__errors = [...(place.__errors ?? []), detail];
  }
  return root;
}
