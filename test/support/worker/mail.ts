// The mail that the deployment has sent, read from its outbox as a mail program would.

import { env } from "cloudflare:workers";
import { parseEml, type ReceivedMail } from "../eml.ts";
import { eventually } from "./charger.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      MAIL_OUTBOX?: Fetcher;
    }
  }
}

/** Every mail to this address so far, in the order of their sending. */
export async function mailsTo(address: string): Promise<ReceivedMail[]> {
  const outbox = env.MAIL_OUTBOX;
  if (outbox === undefined) throw new Error("the tests have no outbox");
  const listing: { name: string }[] = await (await outbox.fetch("http://outbox/")).json();
  const names = listing.map(({ name }) => name).sort();
  const mails = await Promise.all(names.map(async (name) => parseEml(await read(outbox, name))));
  return mails.filter(({ to }) => to === address);
}

/** The newest mail to this address, once there are so many. */
export const mailTo = (address: string, count = 1): Promise<ReceivedMail> =>
  eventually(async () => {
    const mails = await mailsTo(address);
    return mails.length >= count ? mails.at(-1) : undefined;
  }, `${count} mails to ${address}`);

/** As bytes: the folder does not say that they are text. */
const read = async (outbox: Fetcher, name: string): Promise<string> =>
  new TextDecoder().decode(await (await outbox.fetch(`http://outbox/${name}`)).arrayBuffer());
