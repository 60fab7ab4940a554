// How much may be stored, as the deployment says.

/** The owner of files that belong to no charge point: no identity is empty. */
export const SHARED = "";

/** Rows in lists cost as well: files of no bytes would fill the database for nothing. */
export const MAX_FILES_PER_OWNER = 10_000;

const GIB = 1024 ** 3;
const DEFAULTS = { maxFileBytes: 5 * GIB, quotaBytes: GIB, sharedQuotaBytes: 100 * GIB };

type LimitsEnv = Pick<Env, "MAX_FILE_BYTES" | "FILE_QUOTA_BYTES" | "SHARED_FILE_QUOTA_BYTES">;

/** Bytes that one file may have. */
export const maxFileBytes = (env: LimitsEnv): number => count(env.MAX_FILE_BYTES, DEFAULTS.maxFileBytes);

/** Bytes that the files of one owner may have together. */
export const quotaBytes = (env: LimitsEnv, owner: string): number =>
  owner === SHARED
    ? count(env.SHARED_FILE_QUOTA_BYTES, DEFAULTS.sharedQuotaBytes)
    : count(env.FILE_QUOTA_BYTES, DEFAULTS.quotaBytes);

function count(text: string, otherwise: number): number {
  const value = Number(text);
  return text.trim() !== "" && Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
}
