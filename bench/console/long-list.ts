// How a list of a hundred thousand rows is scrolled to its end, as fast as its pages come.
import type { ConsoleApp } from "../../test/support/browser/app.ts";
import { oldSession } from "../../test/support/node/old-sessions.ts";
import { restClient } from "../../test/support/node/rest.ts";
import { prepare } from "./frames.ts";

export interface Scrolled {
  rows: number;
  /** Until the last one was there. */
  seconds: number;
  /** The longest tasks that kept the page from drawing while the first and the last tenth came, in ms. */
  longestFirst: number;
  longestLast: number;
}

const ROWS_AT_ONCE = 100;
const LONGEST_MS = 300_000;

export async function scrollToTheEnd(app: ConsoleApp, rows: number): Promise<Scrolled> {
  const rest = restClient(app.server.url);
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    const some = Array.from({ length: Math.min(ROWS_AT_ONCE, rows - from) }, (_, n) => oldSession(from + n));
    await rest.call("POST", "/api/state/tables/transactions", { rows: some });
  }
  const page = await app.open("/sessions");
  await prepare(page);
  return page.evaluate<Scrolled>(SCROLL(rows));
}

/** Of the page; a text, because it runs there. */
const SCROLL = (rows: number) => `(async () => {
  const frame = document.querySelector("section[tabindex]");
  const table = frame.querySelector("table");
  const begin = performance.now();
  let [longestFirst, longestLast] = [0, 0];
  for (;;) {
    frame.scrollTop = frame.scrollHeight;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const loaded = frame.scrollHeight / 40;
    const longest = Math.max(0, ...window.longTasks.splice(0));
    if (loaded < ${rows} * 0.1) longestFirst = Math.max(longestFirst, longest);
    if (loaded > ${rows} * 0.9) longestLast = Math.max(longestLast, longest);
    const seconds = Math.round((performance.now() - begin) / 1000);
    const count = Number(table.getAttribute("aria-rowcount"));
    if (count !== -1 || seconds > ${LONGEST_MS / 1000}) return { rows: count - 1, seconds, longestFirst, longestLast };
  }
})()`;
