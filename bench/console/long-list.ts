// How a list of a hundred thousand rows is scrolled to its end, as fast as its pages come.
import type { ConsoleApp } from "../../test/support/browser/app.ts";
import { addOldSessions } from "../../test/support/node/old-sessions.ts";
import { restClient } from "../../test/support/node/rest.ts";
import { prepare } from "./frames.ts";

export interface Scrolled {
  /** That were there: fewer than asked for, if it took too long. */
  rows: number;
  /** Until the last one was there. */
  seconds: number;
  /** The longest tasks that kept the page from drawing while the first and the last tenth came, in ms. */
  longestFirst: number;
  longestLast: number;
}

const LONGEST_S = 300;
/** Of a row of the table, in pixels. */
const ROW_PX = 40;

export async function scrollToTheEnd(app: ConsoleApp, rows: number): Promise<Scrolled> {
  await addOldSessions(restClient(app.server.url), rows);
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
    const loaded = Math.round(frame.scrollHeight / ${ROW_PX}) - 1;
    const longest = Math.max(0, ...window.longTasks.splice(0));
    if (loaded < ${rows} * 0.1) longestFirst = Math.max(longestFirst, longest);
    if (loaded > ${rows} * 0.9) longestLast = Math.max(longestLast, longest);
    const seconds = Math.round((performance.now() - begin) / 1000);
    // The head is counted, too; -1: there is more.
    const counted = Number(table.getAttribute("aria-rowcount")) - 1;
    if (counted >= 0 || seconds > ${LONGEST_S})
      return { rows: counted >= 0 ? counted : loaded, seconds, longestFirst, longestLast };
  }
})()`;
