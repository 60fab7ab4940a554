// The secrets of a local start: made once, kept beside the state they protect, overridden by the environment.
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";

const schema = z.object({
  JWT_SECRET: z.string(),
  CREDENTIALS_KEY: z.string(),
  ADMIN_USERNAME: z.string(),
  ADMIN_PASSWORD: z.string(),
  // Younger than the others: a file without it gets one.
  FTP_BRIDGE_TOKEN: z.string().default(() => randomBytes(32).toString("base64url")),
});

/** What is not given is not made here: a default would win over what the file has. */
const givenSchema = schema.extend({ FTP_BRIDGE_TOKEN: z.string() }).partial();

export type Secrets = z.infer<typeof schema>;

/** @returns the secrets, and whether the administrator's password was made just now and so has to be shown */
export async function readSecrets(
  file: string,
  environment: Partial<Record<keyof Secrets, string>>,
): Promise<{ values: Secrets; adminPasswordIsNew: boolean }> {
  const stored = await readStored(file);
  const made: Secrets = stored ?? {
    JWT_SECRET: randomBytes(32).toString("base64url"),
    CREDENTIALS_KEY: randomBytes(32).toString("base64url"),
    ADMIN_USERNAME: environment.ADMIN_USERNAME ?? "admin",
    ADMIN_PASSWORD: environment.ADMIN_PASSWORD ?? randomBytes(12).toString("base64url"),
    FTP_BRIDGE_TOKEN: randomBytes(32).toString("base64url"),
  };
  await store(file, made);
  const given = Object.fromEntries(
    Object.entries(givenSchema.parse(environment)).filter(([, value]) => value !== undefined),
  );
  const adminPasswordIsNew = stored === undefined && environment.ADMIN_PASSWORD === undefined;
  return { values: { ...made, ...given }, adminPasswordIsNew };
}

async function readStored(file: string): Promise<Secrets | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) throw new Error(`${file} is damaged; remove it to make new secrets (everyone signs in again)`);
  return parsed.data;
}

/** Renamed into place: a process that dies while it writes must not leave half of the secrets behind. */
async function store(file: string, secrets: Secrets): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
