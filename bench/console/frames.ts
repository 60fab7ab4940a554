// How smoothly a page runs: its frames, and the tasks that kept it from drawing.
import type { Page } from "playwright-core";

export interface Smoothness {
  /** Drawn within the time. */
  frames: number;
  /** The longest time without one, in ms. */
  longestGap: number;
  /** Tasks above 50 ms, and how long they took together, in ms. */
  longTasks: number;
  longTaskMs: number;
}

/** Of the page; a text, because it runs there. */
const PREPARE = `
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration);
  }).observe({ type: "longtask" });
`;

const MEASURE = (ms: number) => `new Promise((resolve) => {
  window.longTasks.length = 0;
  const begin = performance.now();
  let last = begin, frames = 0, longestGap = 0;
  requestAnimationFrame(function next(now) {
    frames++;
    longestGap = Math.max(longestGap, now - last);
    last = now;
    if (now - begin < ${ms}) return requestAnimationFrame(next);
    const longTaskMs = Math.round(window.longTasks.reduce((sum, one) => sum + one, 0));
    resolve({ frames, longestGap: Math.round(longestGap), longTasks: window.longTasks.length, longTaskMs });
  });
})`;

export async function prepare(page: Page): Promise<void> {
  await page.evaluate(PREPARE);
}

export async function measure(page: Page, ms: number): Promise<Smoothness> {
  return page.evaluate<Smoothness>(MEASURE(ms));
}
