// A running deployment, as export and import speak to it: signed in as an administrator, and again when that ran out.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export interface Deployment {
  /** JSON of an answer that has to succeed; null: it had none. */
  json(method: string, path: string, body?: unknown): Promise<unknown>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

const Secrets = z.object({ ADMIN_USERNAME: z.string().optional(), ADMIN_PASSWORD: z.string() });
const Access = z.object({ access: z.string() });

/** By an API key (API_KEY), a name and password (ADMIN_USERNAME, ADMIN_PASSWORD), or those of the local state. */
export async function deploymentAt(url: string, env: NodeJS.ProcessEnv): Promise<Deployment> {
  const base = url.replace(/\/+$/, "");
  let authorization = await signIn(base, env);
  const send = (path: string, init: RequestInit) =>
    fetch(base + path, { ...init, headers: { ...authorization, ...Object.fromEntries(new Headers(init.headers)) } });
  const answered = async (path: string, init: RequestInit = {}): Promise<Response> => {
    let response = await send(path, init);
    if (response.status === 401) {
      authorization = await signIn(base, env);
      response = await send(path, init);
    }
    if (response.ok) return response;
    throw new Error(`${init.method ?? "GET"} ${path} answered ${response.status}: ${await response.text()}`);
  };
  return {
    fetch: answered,
    async json(method, path, body) {
      const init: RequestInit = { method };
      if (body !== undefined) Object.assign(init, { body: JSON.stringify(body), headers: JSON_TYPE });
      const text = await (await answered(path, init)).text();
      return text === "" ? null : JSON.parse(text);
    },
  };
}

const JSON_TYPE = { "content-type": "application/json" };

async function signIn(base: string, env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  if (env.API_KEY !== undefined) return { "x-api-key": env.API_KEY };
  const { ADMIN_USERNAME: username = "admin", ADMIN_PASSWORD: password } =
    env.ADMIN_PASSWORD === undefined ? await localSecrets(env) : Secrets.parse(env);
  const response = await fetch(`${base}/api/token`, {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify({ username, password }),
  });
  if (!response.ok) throw new Error(`${base} does not let ${username} in: ${response.status} ${await response.text()}`);
  return { authorization: `Bearer ${Access.parse(await response.json()).access}` };
}

async function localSecrets(env: NodeJS.ProcessEnv): Promise<z.infer<typeof Secrets>> {
  const path = join(env.STATE_DIR ?? ".wrangler/state", "secrets.json");
  try {
    return Secrets.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    throw new Error(`set API_KEY, or ADMIN_USERNAME and ADMIN_PASSWORD: ${path} tells no password (${String(error)})`);
  }
}
