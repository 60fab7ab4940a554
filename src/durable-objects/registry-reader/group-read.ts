// Group read: those who ask while a query is on its way share the next one. Nobody gets an answer that was read before
// it asked, so nothing is ever stale: this is no cache.

/** What does not answer in this time counts as away; the next query must not wait for it. */
const TIMEOUT_MS = 5_000;

interface Round<K, V> {
  keys: Set<K>;
  answers: Promise<ReadonlyMap<K, V>>;
}

export class GroupRead<K, V> {
  readonly #query: (keys: K[]) => Promise<ReadonlyMap<K, V>>;
  #onItsWay: Promise<unknown> | undefined;
  #next: Round<K, V> | undefined;

  /** @param query resolves with what there is */
  constructor(query: (keys: K[]) => Promise<ReadonlyMap<K, V>>) {
    this.#query = query;
  }

  /** Undefined: there is none. Rejects where the query fails or takes too long. */
  async read(key: K): Promise<V | undefined> {
    this.#next ??= this.#begin();
    this.#next.keys.add(key);
    return (await this.#next.answers).get(key);
  }

  #begin(): Round<K, V> {
    const keys = new Set<K>();
    return { keys, answers: this.#run(keys) };
  }

  async #run(keys: Set<K>): Promise<ReadonlyMap<K, V>> {
    // What fails there is told to those who asked there.
    await (this.#onItsWay ?? Promise.resolve()).catch(() => undefined);
    this.#next = undefined;
    const answers = withTimeout(this.#query([...keys]));
    this.#onItsWay = answers;
    return answers;
  }
}

function withTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("D1 did not answer in time")), TIMEOUT_MS);
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
