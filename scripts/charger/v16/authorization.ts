/** Whether a token may charge: the CSMS, the local list, the cache, in the order that the configuration asks for. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import type { Verdict } from "../driver.ts";
import { describe } from "../errors.ts";
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
  const cache = new Map<string, IdTagInfo>();
  const list = new Map<string, IdTagInfo>();
  let listVersion = 0;

  function verdict(info: IdTagInfo): Verdict {
    const expired = info.expiryDate !== undefined && info.expiryDate <= timers.now();
    const status = info.status === "Accepted" && expired ? "Expired" : info.status;
    return { status, accepted: status === "Accepted", groupId: info.parentIdTag };
  }

  function learn(tag: string, info: IdTagInfo): Verdict {
    if (config.flag("AuthorizationCacheEnabled")) cache.set(tag, info);
    return verdict(info);
  }

  function known(tag: string): Verdict | undefined {
    const info = (config.flag("LocalAuthListEnabled") ? list.get(tag) : undefined) ?? cache.get(tag);
    return info && verdict(info);
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

  function update({
    listVersion: version,
    updateType,
    localAuthorizationList = [],
  }: z.output<typeof sendList>): string {
    if (!config.flag("LocalAuthListEnabled")) return "NotSupported";
    if (version < 1 || localAuthorizationList.length > config.number("SendLocalListMaxLength")) return "Failed";
    if (updateType === "Differential" && version <= listVersion) return "VersionMismatch";
    if (updateType === "Full") list.clear();
    for (const { idTag: tag, idTagInfo: info } of localAuthorizationList) {
      if (info) list.set(tag, info);
      else list.delete(tag);
    }
    listVersion = version;
    return "Accepted";
  }

  return {
    authorize,
    learn,
    commands: {
      ClearCache: command(nothing, () => {
        const enabled = config.flag("AuthorizationCacheEnabled");
        cache.clear();
        return { response: { status: enabled ? "Accepted" : "Rejected" } };
      }),
      SendLocalList: command(sendList, (request) => ({ response: { status: update(request) } })),
      GetLocalListVersion: command(nothing, () => ({
        response: { listVersion: config.flag("LocalAuthListEnabled") ? listVersion : -1 },
      })),
    },
  };
}
