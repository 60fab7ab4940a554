// The versions we speak, as rows. Shared code gets a row and never asks which version it is.
import { type Acceptance, ANYTHING, ONLY_WHAT_IS_ASKED } from "./acceptance.ts";
import { ERROR_CODES_2X, ERROR_CODES_16, type ErrorCodes } from "./errors.ts";
import { messages as messages16 } from "./generated/messages-v16.ts";
import { messages as messages21 } from "./generated/messages-v21.ts";
import { messages as messages201 } from "./generated/messages-v201.ts";
import type { Effects, Handlers } from "./handler.ts";
import type { SettingName } from "./job.ts";
import type { ListDialect } from "./local-list.ts";
import type { MessageRow } from "./message.ts";
import type { Neutral, Said } from "./neutral.ts";
import type { Dialect } from "./procedure.ts";
import type { Payload } from "./read.ts";
import type { SecurityCommands } from "./security-commands.ts";
import * as v16 from "./v16/blocks.ts";
import * as v21 from "./v21/blocks.ts";
import * as v201 from "./v201/blocks.ts";

export type Version = "1.6" | "2.0.1" | "2.1";

/** What a start command asks for, to find the transaction that it begets. */
export interface RemoteStart {
  idToken: string;
  connectorId?: number | undefined;
}

export interface VersionRow {
  version: Version;
  subprotocol: string;
  messages: Readonly<Record<string, MessageRow>>;
  handlers: Handlers;
  effects: Effects;
  security: SecurityCommands;
  errorCodes: ErrorCodes;
  /** Whether frames of type 5 (CALLRESULTERROR) and 6 (SEND) exist. */
  hasSend: boolean;
  beforeAcceptance: Acceptance;
  /** What a start command asks for; undefined for any other command. */
  readRemoteStart(action: string, payload: Payload): RemoteStart | undefined;
  /** Equal for commands of which only the latest matters; undefined for commands that are not state-setting. */
  coalesceKey(action: string, payload: Payload): string | undefined;
  /** How settings are read and written. */
  settings: Dialect;
  /** Where a charger says by which protocols it moves files. */
  fileTransferProtocols: SettingName;
  localList: ListDialect;
  /** The command that stops a session. */
  stop(ocppTransactionId: string): Said;
  /** The commands that every version has, said in this one. */
  neutral: Neutral;
}

const ROWS: Readonly<Record<Version, VersionRow>> = {
  "2.1": {
    version: "2.1",
    subprotocol: "ocpp2.1",
    messages: messages21,
    handlers: v21.handlers,
    effects: v21.effects,
    security: v21.security,
    errorCodes: ERROR_CODES_2X,
    hasSend: true,
    beforeAcceptance: ONLY_WHAT_IS_ASKED,
    readRemoteStart: v21.readRemoteStart,
    coalesceKey: v21.coalesceKey,
    settings: v21.settings,
    fileTransferProtocols: v21.fileTransferProtocols,
    localList: v21.localList,
    stop: v21.stop,
    neutral: v21.neutral,
  },
  "2.0.1": {
    version: "2.0.1",
    subprotocol: "ocpp2.0.1",
    messages: messages201,
    handlers: v201.handlers,
    effects: v201.effects,
    security: v201.security,
    errorCodes: ERROR_CODES_2X,
    hasSend: false,
    beforeAcceptance: ONLY_WHAT_IS_ASKED,
    readRemoteStart: v201.readRemoteStart,
    coalesceKey: v201.coalesceKey,
    settings: v201.settings,
    fileTransferProtocols: v201.fileTransferProtocols,
    localList: v201.localList,
    stop: v201.stop,
    neutral: v201.neutral,
  },
  "1.6": {
    version: "1.6",
    subprotocol: "ocpp1.6",
    messages: messages16,
    handlers: v16.handlers,
    effects: v16.effects,
    security: v16.security,
    errorCodes: ERROR_CODES_16,
    hasSend: false,
    beforeAcceptance: ANYTHING,
    readRemoteStart: v16.readRemoteStart,
    coalesceKey: v16.coalesceKey,
    settings: v16.settings,
    fileTransferProtocols: v16.fileTransferProtocols,
    localList: v16.localList,
    stop: v16.stop,
    neutral: v16.neutral,
  },
};

/** In the server's order of preference. */
export const VERSIONS: readonly VersionRow[] = [ROWS["2.1"], ROWS["2.0.1"], ROWS["1.6"]];

export const versionRow = (version: Version): VersionRow => ROWS[version];

export const isVersion = (value: unknown): value is Version => typeof value === "string" && Object.hasOwn(ROWS, value);
