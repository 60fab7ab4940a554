// What the API says when it does not do what was asked (RFC 9457).
import type { components } from "./generated/schema";

export type ProblemBody = components["schemas"]["Problem"];

/** A refused request. `message` is in the server's words. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly body: ProblemBody | undefined;

  constructor(status: number, body: ProblemBody | undefined) {
    super(body?.detail ?? `HTTP ${status}`);
    this.name = "ApiProblem";
    this.status = status;
    this.body = body;
  }

  /** What is wrong with which field, by its dotted path, as form libraries name it: `payload.connectorId`. */
  get fieldErrors(): Record<string, string> {
    return Object.fromEntries(
      (this.body?.errors ?? []).map(({ pointer, detail }) => [pointer.slice(1).replaceAll("/", "."), detail]),
    );
  }
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get("content-type")?.includes("problem+json") ?? false;
  return new ApiProblem(response.status, isProblem ? await response.json() : undefined);
}
