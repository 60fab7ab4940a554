// Failures as values across boundaries: RPC between Worker and actors loses error classes, so nothing is thrown there.

export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E };

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
/** Throws the failure, for callers whose callers tell it as a value again. */
export function orThrow<T>(result: Result<T, string>): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

export const fail = <E>(error: E): { ok: false; error: E } => ({ ok: false, error });
