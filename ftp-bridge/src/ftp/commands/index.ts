// Every command. A new one is a row in one of these tables.
import type { Commands } from "../command.ts";
import { reply } from "../replies.ts";
import { access } from "./access.ts";
import { data } from "./data.ts";
import { folders } from "./folders.ts";
import { listings } from "./listings.ts";
import { retrieve } from "./retrieve.ts";
import { settings } from "./settings.ts";
import { store } from "./store.ts";

const tables: Commands = { ...access, ...settings, ...data, ...folders, ...listings, ...retrieve, ...store };

export const commands: Commands = {
  ...tables,
  FEAT: {
    open: true,
    run({ services }) {
      const features = Object.values(tables)
        .map(({ feature }) => feature)
        .filter((feature) => feature !== undefined)
        .filter((feature) => services.certificate !== undefined || !/^(AUTH|PBSZ|PROT)/.test(feature));
      return reply(211, "Features", "UTF8", "TVFS", ...features, "End");
    },
  },
};
