// How old something has to be to move to the file store.
const DAY_MS = 86_400_000;

/** Days; undefined: nothing is archived. */
export function archiveAfterDays({ ARCHIVE_AFTER_DAYS }: Pick<Env, "ARCHIVE_AFTER_DAYS">): number | undefined {
  const days = Number(ARCHIVE_AFTER_DAYS);
  return ARCHIVE_AFTER_DAYS.trim() !== "" && Number.isFinite(days) && days > 0 ? days : undefined;
}

/** Epoch milliseconds: what is from before is archived. Undefined: nothing is. */
export function oldBefore(env: Pick<Env, "ARCHIVE_AFTER_DAYS">, now: number): number | undefined {
  const days = archiveAfterDays(env);
  return days === undefined ? undefined : now - days * DAY_MS;
}
