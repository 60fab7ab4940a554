/** Whether a token may charge: the CSMS, the local list, the cache; and what the CSMS does to the two. */
import type { Verdict } from "../driver.ts";
import { type TokenInfo, TokenMemory } from "../tokens.ts";
import { ask21, type Context } from "./context.ts";
import type { Handlers, v21 } from "./messages.ts";
import { at, fromIdToken, toIdToken } from "./types.ts";

export interface Authorization {
  handlers: Handlers;
  authorize(token: string): Promise<Verdict>;
  /** Keeps what the CSMS said in any message for the time without it. */
  learn(token: string, info: v21.IdTokenInfoType): Verdict;
  memory: TokenMemory;
  /** What the last answer to Authorize said beyond the verdict, by token. */
  answers: ReadonlyMap<string, v21.AuthorizeResponse>;
}

export function createAuthorization(context: Context): Authorization {
  const { model, timers } = context;
  const memory = new TokenMemory(() => timers.now());
  const answers = new Map<string, v21.AuthorizeResponse>();

  function learn(token: string, wire: v21.IdTokenInfoType): Verdict {
    const info = toInfo(wire);
    const keepUntil = timers.now() + model.ms("AuthCacheCtrlr.LifeTime");
    if (model.flag("AuthCacheCtrlr.Enabled")) memory.learn(token, { ...info, expiresAt: info.expiresAt ?? keepUntil });
    if (wire.personalMessage) context.log(`display: ${wire.personalMessage.content}`);
    return memory.verdict(info);
  }

  function known(token: string): Verdict | undefined {
    return memory.recall(token, {
      useList: model.flag("LocalAuthListCtrlr.Enabled"),
      useCache: model.flag("AuthCacheCtrlr.Enabled"),
    });
  }

  function offlineVerdict(token: string): Verdict {
    const local = model.flag("AuthCtrlr.LocalAuthorizeOffline") ? known(token) : undefined;
    if (local) return local;
    const accepted = model.flag("AuthCtrlr.OfflineTxForUnknownIdEnabled");
    return { status: accepted ? "Accepted" : "Unknown", accepted };
  }

  async function authorize(token: string): Promise<Verdict> {
    const idToken = toIdToken(context.dialect, token);
    // A start button identifies nobody: there is nothing to ask.
    if (idToken.type === "NoAuthorization") return { status: "Accepted", accepted: true };
    const local = model.flag("AuthCtrlr.LocalPreAuthorize") ? known(token) : undefined;
    if (local?.accepted) return local;
    const answer = context.accepted ? await ask21(context, "Authorize", { idToken }) : undefined;
    if (!answer) return offlineVerdict(token);
    answers.set(token, answer);
    return learn(token, answer.idTokenInfo);
  }

  return {
    authorize,
    learn,
    memory,
    answers,
    handlers: {
      ClearCache() {
        const enabled = model.flag("AuthCacheCtrlr.Enabled");
        if (enabled) memory.clearCache();
        return { response: { status: enabled ? "Accepted" : "Rejected" } };
      },
      GetLocalListVersion: () => ({
        response: { versionNumber: model.flag("LocalAuthListCtrlr.Enabled") ? memory.listVersion : 0 },
      }),
      SendLocalList({ versionNumber, updateType, localAuthorizationList = [] }) {
        const tooMany = localAuthorizationList.length > model.number("LocalAuthListCtrlr.ItemsPerMessage");
        if (versionNumber < 1 || tooMany || !model.flag("LocalAuthListCtrlr.Enabled"))
          return { response: { status: "Failed" } };
        const entries = localAuthorizationList.map(({ idToken, idTokenInfo: info }) => ({
          token: fromIdToken(idToken),
          info: info && toInfo(info),
        }));
        const status = memory.update({ version: versionNumber, full: updateType === "Full", entries });
        return { response: { status } };
      },
    },
  };
}

function toInfo({ status, cacheExpiryDateTime, groupIdToken }: v21.IdTokenInfoType): TokenInfo {
  return { status, expiresAt: at(cacheExpiryDateTime), groupId: groupIdToken && fromIdToken(groupIdToken) };
}
