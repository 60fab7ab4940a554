// What chargers ask of the registry while they are waited for. Many ask at the same time, in a morning as after a deploy:
// their questions become one D1 query. Keeps nothing.
import { DurableObject } from "cloudflare:workers";
import { readSettings, type Settings } from "./charge-point/settings.ts";
import { readBootTemplates, type TemplateRow } from "./charge-point/templates.ts";
import { GroupRead } from "./registry-reader/group-read.ts";
import { readIdTokens, type TokenRow } from "./registry-reader/id-tokens.ts";

export class RegistryReader extends DurableObject<Env> {
  readonly #idTokens = new GroupRead((keys: string[]) => readIdTokens(this.env.DB, keys));
  readonly #settings = new GroupRead((keys: string[]) => readSettings(this.env.DB, keys));
  readonly #bootTemplates = new GroupRead((models: string[]) => readBootTemplates(this.env.DB, models));

  /** @param key in lower case */
  async idToken(key: string): Promise<TokenRow | null> {
    return (await this.#idTokens.read(key)) ?? null;
  }

  /** Null for a charger that is not registered. */
  async settings(key: string): Promise<Settings | null> {
    return (await this.#settings.read(key)) ?? null;
  }

  /** @param model as made by modelKey */
  async bootTemplate(model: string): Promise<TemplateRow | null> {
    return (await this.#bootTemplates.read(model)) ?? null;
  }
}
