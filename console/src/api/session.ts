// Who is signed in on this browser. The refresh token is good for one exchange, and using it twice ends the sign-in, so
// all tabs share one session and exchange under one lock.
import { useSyncExternalStore } from "react";

const STORAGE_KEY = "ov2x-edge.session";
/** An access token is renewed this long before its end. */
const MARGIN_MS = 30_000;

interface Session {
  access: string;
  refresh: string;
  /** Epoch milliseconds. */
  accessUntil: number;
}

interface TokenPair {
  access: string;
  refresh: string;
  /** Seconds. */
  expiresIn: number;
}

const listeners = new Set<() => void>();
let current = read();

window.addEventListener("storage", ({ key }) => {
  if (key !== STORAGE_KEY && key !== null) return;
  current = read();
  tell();
});

export function useIsSignedIn(): boolean {
  return useSyncExternalStore(subscribe, () => current !== undefined);
}

/** Keeps what POST /api/token answered. */
export function beginSession({ access, refresh, expiresIn }: TokenPair): void {
  current = { access, refresh, accessUntil: Date.now() + expiresIn * 1000 };
  localStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  tell();
}

/** Signs out here at once; the server hears of it if it can be reached. */
export function endSession(): void {
  const refresh = current?.refresh;
  forget();
  if (refresh !== undefined) void post("/api/token/revoke", { refresh }).catch(() => undefined);
}

/** A token that is good now; undefined: nobody is signed in. Rejects when the server cannot be reached. */
export async function accessToken(): Promise<string | undefined> {
  if (current === undefined || current.accessUntil - MARGIN_MS > Date.now()) return current?.access;
  return exclusively(async () => {
    // Another tab may have been faster.
    current = read();
    if (current === undefined || current.accessUntil - MARGIN_MS > Date.now()) return current?.access;
    return renew(current.refresh);
  });
}

/** After a 401: the token is void before its time, e.g. because the password was changed elsewhere. */
export function dropAccess(access: string): void {
  if (current?.access === access) current = { ...current, accessUntil: 0 };
}

async function renew(refresh: string): Promise<string | undefined> {
  const response = await post("/api/token/refresh", { refresh });
  if (response.ok) {
    beginSession(await response.json());
    return current?.access;
  }
  if (response.status !== 401) throw new Error(`the sign-in could not be renewed: ${response.status}`);
  forget();
  return undefined;
}

/** Browsers offer locks in secure contexts only; elsewhere this tab at least waits for itself. */
let turn: Promise<unknown> = Promise.resolve();
function exclusively<T>(work: () => Promise<T>): Promise<T> {
  if (navigator.locks !== undefined) return navigator.locks.request(STORAGE_KEY, work);
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

function forget(): void {
  current = undefined;
  localStorage.removeItem(STORAGE_KEY);
  tell();
}

function read(): Session | undefined {
  const text = localStorage.getItem(STORAGE_KEY);
  if (text === null) return undefined;
  try {
    const value: Partial<Session> = JSON.parse(text);
    const { access, refresh, accessUntil } = value;
    if (typeof access === "string" && typeof refresh === "string" && typeof accessUntil === "number") {
      return { access, refresh, accessUntil };
    }
  } catch {
    // Not ours, or of another version: signing in again mends it.
  }
  return undefined;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
