// The API, typed by its own OpenAPI document. `api` for one request, `$api` for queries and mutations of React.
// A refused request rejects with an ApiProblem, so what resolves is what was asked for.
import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryClient from "openapi-react-query";
import type { components, paths } from "./generated/schema";
import { problemOf } from "./problem";
import { accessToken, dropAccess } from "./session";

/** The shapes of the API by name, e.g. `Schemas["Transaction"]`. */
export type Schemas = components["schemas"];

const authenticated: Middleware = {
  async onRequest({ request }) {
    const access = await accessToken();
    if (access !== undefined) request.headers.set("authorization", `Bearer ${access}`);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    if (response.status === 401) dropAccess(request.headers.get("authorization")?.slice("Bearer ".length) ?? "");
    throw await problemOf(response);
  },
};

export const api = createFetchClient<paths>({
  baseUrl: "/",
  // Filters that are not set are not sent.
  querySerializer: (query) =>
    new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) =>
        value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
      ),
    ).toString(),
});
api.use(authenticated);

export const $api = createQueryClient(api);

/** For what is no JSON: downloads, exports, uploads. Rejects with an ApiProblem. */
export async function fetchRaw(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const access = await accessToken();
  if (access !== undefined) headers.set("authorization", `Bearer ${access}`);
  const response = await fetch(path, { ...init, headers });
  if (!response.ok) throw await problemOf(response);
  return response;
}
