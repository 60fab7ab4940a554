// What chargers ask of the registry while they are waited for. Many ask at the same time, in a morning as after a deploy:
// their questions become one D1 query. Keeps nothing.
import { DurableObject } from "cloudflare:workers";
import { fail, ok, type Result } from "../result.ts";
import { readSettings, type Settings } from "./charge-point/settings.ts";
import { readBootTemplates, type TemplateRow } from "./charge-point/templates.ts";
import { GroupRead } from "./registry-reader/group-read.ts";
import { readIdTokens, type TokenRow } from "./registry-reader/id-tokens.ts";

/** Null: there is none. The failure says why D1 did not answer. */
export type Reply<T> = Result<T | null, string>;

export class RegistryReader extends DurableObject<Env> {
  readonly #idTokens = new GroupRead((keys: string[]) =>
    readIdTokens(this.env.DB, keys, this.env.REQUIRE_CREDIT === "yes"),
  );
  readonly #settings = new GroupRead((keys: string[]) => readSettings(this.env.DB, keys));
  readonly #bootTemplates = new GroupRead((models: string[]) => readBootTemplates(this.env.DB, models));

  /** @param key in lower case */
  idToken(key: string): Promise<Reply<TokenRow>> {
    return told(this.#idTokens.read(key));
  }

  /** Null for a charger that is not registered. */
  settings(key: string): Promise<Reply<Settings>> {
    return told(this.#settings.read(key));
  }

  /** @param model as made by modelKey */
  bootTemplate(model: string): Promise<Reply<TemplateRow>> {
    return told(this.#bootTemplates.read(model));
  }
}

/** An absent D1 is no fault of this actor: it is told, not thrown. */
async function told<T>(answer: Promise<T | undefined>): Promise<Reply<T>> {
  try {
    return ok((await answer) ?? null);
  } catch (error) {
    return fail(String(error));
  }
}
