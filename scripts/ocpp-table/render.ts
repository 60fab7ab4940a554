// docs/ocpp.md as text. Knows no OCPP.
import { type ActionRow, missing, type Said } from "./rows.ts";

const HEAD = `# OCPP, action by action

Made by \`npx tsx scripts/ocpp-table.ts\` out of the tables that the server runs by; a test fails while they differ.
What a handler does is said where it is, in its \`summary\`; what an answer changes, in \`effect("...", ...)\`; why an
answer changes nothing, in \`src/ocpp/plain.ts\`.

Every CALL is in the message log (\`/api/charge-points/{id}/messages\`), and every command of ours keeps what was asked,
when, by whom, and what the charger answered (\`/api/commands\`). The table says what comes on top.
`;

export function renderTable(rows: readonly ActionRow[]): string {
  const versions = [...new Set(rows.map(({ version }) => version))];
  return [
    HEAD,
    ...versions.map((version) =>
      section(
        version,
        rows.filter((row) => row.version === version),
      ),
    ),
  ].join("\n");
}

function section(version: string, rows: readonly ActionRow[]): string {
  const lacking = missing(rows).length;
  const note = lacking === 0 ? "" : `\n${lacking} of them still lack their effect or its description: **missing**.\n`;
  return `## OCPP ${version}: ${rows.length} actions
${note}
| Action | From | Effect | Test |
|---|---|---|---|
${rows.map(line).join("\n")}
`;
}

const FROM = { charger: "charger", csms: "us", both: "both" } as const;

function line({ action, direction, received, answered, tests }: ActionRow): string {
  const effect = [
    ...(received ? [said(received, direction === "both" ? "From the charger: " : "")] : []),
    ...(answered ? [said(answered, direction === "both" ? "From us: " : "")] : []),
  ].join(" ");
  return `| ${action} | ${FROM[direction]} | ${effect} | ${tests.map((name) => name.replace(".test.ts", "")).join(", ") || "**none**"} |`;
}

function said({ exists, text }: Said, prefix: string): string {
  const words = !exists ? "**missing: NotSupported**" : (text ?? "**missing**");
  return sentence(`${prefix}${words.replaceAll("|", "\\|")}`);
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
