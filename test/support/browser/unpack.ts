// Once, before the first test: two files that unpack Chromium at the same time would start a half-written one.
import chromium from "@sparticuz/chromium";

export async function setup(): Promise<void> {
  await chromium.executablePath();
}
