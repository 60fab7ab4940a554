// Webhooks' secrets at rest: sealed, so that a copy of the database cannot sign.
import { seal, unseal } from "../pki/sealed.ts";

const PURPOSE = "webhook-secret";

export const sealSecret = ({ CREDENTIALS_KEY }: Pick<Env, "CREDENTIALS_KEY">, secret: string): Promise<string> =>
  seal(CREDENTIALS_KEY, PURPOSE, new TextEncoder().encode(secret));

export const unsealSecret = async (
  { CREDENTIALS_KEY }: Pick<Env, "CREDENTIALS_KEY">,
  sealed: string,
): Promise<string> => new TextDecoder().decode(await unseal(CREDENTIALS_KEY, PURPOSE, sealed));
