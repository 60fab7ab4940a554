// What the deployment is set to, for operators to see. What is or may hold a secret is said to be set, and nothing more.

const SHOWN = [
  ...["CHARGER_REGISTRATION", "HISTORY_SHARDS", "HEARTBEAT_INTERVAL_SECONDS", "CONCURRENT_TRANSACTIONS"],
  ...[
    "MASTER_PASS_GROUP",
    "RUNNING_COST_SECONDS",
    "AUTHORIZATION_OUTAGE",
    "CERTIFICATE_ORGANISATION",
    "CERTIFICATE_AUTHORITY_URL",
  ],
  ...["ISO15118_PROVIDER_URL", "OCSP_RESPONDERS", "MAX_FILE_BYTES", "FILE_QUOTA_BYTES", "SHARED_FILE_QUOTA_BYTES"],
  ...["PUBLIC_URL", "FTP_PUBLIC_URL", "CAMPAIGN_TURN_SECONDS", "WEBHOOK_TARGETS", "ARCHIVE_AFTER_DAYS"],
] as const;
/** ON_BOOT may set passwords of chargers. */
const HIDDEN = ["ON_BOOT", "FTP_SHARED_ACCOUNTS"] as const;

export const settingsInForce = (env: Env): Record<string, string> => ({
  ...Object.fromEntries(SHOWN.map((name): [string, string] => [name, withoutPassword(env[name])])),
  ...Object.fromEntries(HIDDEN.map((name): [string, string] => [name, env[name].trim() === "" ? "" : "(set)"])),
});

/** An address may name a user with a password. */
const withoutPassword = (text: string): string => text.replace(/(\/\/[^/@:\s]*):[^/@\s]*@/g, "$1:***@");
