/** Whether a token may charge: the CSMS, the local list, the cache, in the order that the configuration asks for. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import type { Verdict } from "../driver.ts";
import { describe } from "../errors.ts";
import { type TokenInfo, TokenMemory } from "../tokens.ts";
import type { Context } from "./context.ts";
import { type IdTagInfo, idTag, idTagInfo, nothing } from "./types.ts";

export interface Authorization {
  commands: Commands;
  authorize(idTag: string): Promise<Verdict>;
  /** Keeps what the CSMS said in any message for the time without it. */
  learn(idTag: string, info: IdTagInfo): Verdict;
}

const authorizeAnswer = z.object({ idTagInfo });

export function createAuthorization(context: Context): Authorization {
  const { config, link, timers, log } = context;
  const memory = new TokenMemory(() => timers.now());

  function learn(tag: string, info: IdTagInfo): Verdict {
    if (config.flag("AuthorizationCacheEnabled")) memory.learn(tag, toInfo(info));
    return memory.verdict(toInfo(info));
  }

  function known(tag: string): Verdict | undefined {
    return memory.recall(tag, { useList: config.flag("LocalAuthListEnabled"), useCache: true });
  }

  function offlineVerdict(tag: string): Verdict {
    const local = config.flag("LocalAuthorizeOffline") ? known(tag) : undefined;
    if (local) return local;
    const accepted = config.flag("AllowOfflineTxForUnknownId");
    return { status: accepted ? "Accepted" : "Invalid", accepted };
  }

  async function authorize(tag: string): Promise<Verdict> {
    const local = config.flag("LocalPreAuthorize") ? known(tag) : undefined;
    if (local?.accepted) return local;
    if (!context.accepted) return offlineVerdict(tag);
    try {
      const answer = authorizeAnswer.parse(await link.call("Authorize", { idTag: tag }));
      return learn(tag, answer.idTagInfo);
    } catch (error) {
      log(describe(error));
      return offlineVerdict(tag);
    }
  }

  const sendList = z.object({
    listVersion: z.int(),
    updateType: z.enum(["Full", "Differential"]),
    localAuthorizationList: z.array(z.object({ idTag, idTagInfo: idTagInfo.optional() })).optional(),
  });

  function update({ listVersion, updateType, localAuthorizationList = [] }: z.output<typeof sendList>): string {
    if (!config.flag("LocalAuthListEnabled")) return "NotSupported";
    if (listVersion < 1 || localAuthorizationList.length > config.number("SendLocalListMaxLength")) return "Failed";
    const entries = localAuthorizationList.map(({ idTag: token, idTagInfo: info }) => ({
      token,
      info: info && toInfo(info),
    }));
    return memory.update({ version: listVersion, full: updateType === "Full", entries });
  }

  return {
    authorize,
    learn,
    commands: {
      ClearCache: command(nothing, () => {
        const enabled = config.flag("AuthorizationCacheEnabled");
        memory.clearCache();
        return { response: { status: enabled ? "Accepted" : "Rejected" } };
      }),
      SendLocalList: command(sendList, (request) => ({ response: { status: update(request) } })),
      GetLocalListVersion: command(nothing, () => ({
        response: { listVersion: config.flag("LocalAuthListEnabled") ? memory.listVersion : -1 },
      })),
    },
  };
}

function toInfo({ status, expiryDate, parentIdTag }: IdTagInfo): TokenInfo {
  return { status, expiresAt: expiryDate, groupId: parentIdTag };
}
