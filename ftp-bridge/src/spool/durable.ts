// Writing a small file so that after a crash there is either the old one or the new one.
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** @param synced whether it must also survive a loss of power */
export async function replaceFile(path: string, text: string, synced: boolean): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.writeFile(text);
    if (synced) await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  if (synced) await syncFolder(dirname(path));
}

/** The name of a new file is safe only after its folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
