// Holds the chargers' books against every history that there is. Independent of the server: it knows the API and the
// tables, and not a line of the code behind them.
import type { Book } from "./book.ts";
import { compare, emptyVerdict, merge, type Verdict } from "./compare.ts";
import type { History } from "./history.ts";

const AT_ONCE = 8;

export interface Judgement {
  verdict: Verdict;
  /** How many claims the histories had. */
  claims: number;
}

export async function judge(histories: readonly History[], books: readonly Book[]): Promise<Judgement> {
  const verdict = emptyVerdict();
  let claims = 0;
  const queue = histories.flatMap((history) => books.map((book) => ({ history, book })));
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { history, book } = next;
      const shown = await history.read(book.id);
      claims += shown.length;
      merge(verdict, compare(book, shown, history.kinds, history.name));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { verdict, claims };
}
