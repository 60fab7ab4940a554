// The console under test: its pages go with their test, must have thrown nothing, and must be usable by everybody.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { type ConsoleApp, startApp } from "./app.ts";

/** How long what must come may take on a machine that has other work. */
export const PATIENCE = { timeout: 60_000 };

export type ConsoleUnderTest = ConsoleApp;

/** `open` and `visit` are for within a test: a page that nobody looks at any more would go on reading. */
export async function startConsole(
  env: Record<string, string> = {},
  state?: Parameters<typeof startApp>[2],
): Promise<ConsoleUnderTest> {
  const app = await startApp(env, (close) => onTestFinished(close), state);
  return {
    ...app,
    async close() {
      const errors = await app.close();
      expect(errors).toEqual([]);
      return errors;
    },
  };
}

/** Fails on what a person with an impairment would seriously stumble over. */
export async function expectAccessible(page: Page): Promise<void> {
  await settled(page);
  await expectNothingGrave(new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]));
}

async function expectNothingGrave(axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(grave.map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(" "))])).toEqual([]);
}

/** In both schemes: colours that can be read in the light may not be in the dark; nothing else depends on the scheme. */
export async function expectAccessibleInBothSchemes(page: Page): Promise<void> {
  await inScheme(page, "light");
  await expectAccessible(page);
  await inScheme(page, "dark");
  await expectNothingGrave(new AxeBuilder({ page }).withRules(["color-contrast", "link-in-text-block"]));
}

async function inScheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
  await settled(page);
}

/** A colour on its way to another one is no colour that anybody has to read. What turns for ever is not waited for. */
async function settled(page: Page): Promise<void> {
  const isAtRest = `document.getAnimations().every(
    ({ playState, effect }) => playState !== "running" || effect?.getComputedTiming().endTime === Infinity)`;
  await expect.poll(() => page.evaluate(isAtRest), PATIENCE).toBe(true);
}

/** For people: `SCREENSHOTS=dir npm exec vitest -- run --project browser` keeps what the pages look like. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const dir = process.env.SCREENSHOTS;
  if (dir === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await inScheme(page, colorScheme);
    await page.screenshot({ path: `${dir}/${name}-${colorScheme}.png`, animations: "disabled" });
  }
}
