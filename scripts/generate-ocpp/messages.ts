// The message table of a version: action -> who initiates it and how its payloads are checked.

import type { Model } from "./model.ts";

/** The text of `messages-<version>.ts`. */
export function messagesModule({ version, messages }: Model): string {
  return [
    `import type { MessageRow } from "../message.ts";`,
    `import * as validate from "./validators-${version.id}.js";`,
    "",
    `/** Every action of OCPP ${version.label}. */`,
    "export const messages = {",
    ...messages.map(({ action, direction, response }) => {
      const answer = response ? `validate.${action}Response` : "null";
      return `  ${action}: { action: "${action}", direction: "${direction}", request: validate.${action}Request, response: ${answer} },`;
    }),
    "} as const satisfies Record<string, MessageRow>;",
    "",
  ].join("\n");
}
