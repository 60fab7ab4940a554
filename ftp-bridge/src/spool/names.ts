// What a name means to the charger that used it. The Worker overwrites nothing: a second `log.txt` becomes `log (2).txt`.
// Whoever stored it as `log.txt` and asks for its size means the one that it just sent.

const MOST_NAMES = 10_000;

export class Names {
  readonly #meaning = new Map<string, string>();

  /** @returns the path in the Worker */
  meant(account: string, path: string): string {
    return this.#meaning.get(key(account, path)) ?? path;
  }

  learn(account: string, path: string, actual: string): void {
    const name = key(account, path);
    this.#meaning.delete(name);
    if (actual === path) return;
    this.#meaning.set(name, actual);
    const [oldest] = this.#meaning.keys();
    if (this.#meaning.size > MOST_NAMES && oldest !== undefined) this.#meaning.delete(oldest);
  }

  forget(account: string, path: string): void {
    this.#meaning.delete(key(account, path));
  }
}

function key(account: string, path: string): string {
  return `${account}\0${path}`;
}
