// An owner's folder as a tree, as FTP clients want it: listed, looked up, made, renamed, removed.
// A charge point sees its own files, and below /firmware what is offered to it.
import { and, asc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { files, folders } from "../../db/schema.ts";
import { run } from "../../db/statement.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { FileFailure } from "./failure.ts";
import { SHARED } from "./limits.ts";
import { foldersDownTo, type Place, pathOf, placeOf } from "./names.ts";
import { FIRMWARE_FOLDER, isReserved, offeredImage, offeredImages, READ_ONLY } from "./offered.ts";
import { removeFile } from "./removals.ts";
import type { FileRow } from "./uploads.ts";

export interface Entry {
  name: string;
  /** From the root, with a leading slash. */
  path: string;
  type: "file" | "folder";
  /** Bytes; null: a folder. */
  size: number | null;
  modifiedAt: Date;
  sha256: string | null;
  contentType: string | null;
}

/** Where a page of a folder begins: folders come first, each kind by name. */
export type EntryKey = readonly [type: Entry["type"], name: string];

const MAX_FOLDERS_PER_OWNER = 1000;

const fileEntry = (file: FileRow, path = pathOf(file)): Entry => ({
  ...{ name: file.name, path: `/${path}`, type: "file" },
  ...{ size: file.size, modifiedAt: file.createdAt, sha256: file.sha256, contentType: file.contentType },
});

const folderEntry = (place: Place, modifiedAt: Date): Entry => ({
  ...{ name: place.name, path: `/${pathOf(place)}`, type: "folder" },
  ...{ size: null, modifiedAt, sha256: null, contentType: null },
});

const EPOCH = new Date(0);
const FIRMWARE = folderEntry({ folder: "", name: FIRMWARE_FOLDER }, EPOCH);

/** A file below this path, own or offered. */
export async function findFile(env: Env, owner: string, segments: readonly string[]): Promise<FileRow | undefined> {
  const place = placeOf(segments);
  if (place === undefined) return undefined;
  if (isReserved(owner, place)) {
    return place.folder === FIRMWARE_FOLDER ? offeredImage(env, owner, place.name) : undefined;
  }
  return database(env).query.files.findFirst({ where: isFileAt(owner, place) });
}

export async function findEntry(env: Env, owner: string, segments: readonly string[]): Promise<Entry | undefined> {
  const place = placeOf(segments);
  if (place === undefined) return { ...folderEntry({ folder: "", name: "" }, EPOCH), path: "/" };
  const file = await findFile(env, owner, segments);
  if (file !== undefined) return fileEntry(file, segments.join("/"));
  if (isReserved(owner, place)) return place.folder === "" ? FIRMWARE : undefined;
  const folder = await database(env).query.folders.findFirst({ where: isFolderAt(owner, place) });
  return folder && folderEntry(folder, folder.createdAt);
}

/** One entry more than the page has. @returns undefined if there is no such folder */
export async function listEntries(
  env: Env,
  owner: string,
  segments: readonly string[],
  { cursor, limit }: { cursor: EntryKey | undefined; limit: number },
): Promise<Entry[] | undefined> {
  const folder = segments.join("/");
  if (owner !== SHARED && folder === FIRMWARE_FOLDER) {
    const images = (await offeredImages(env, owner)).map((file) => fileEntry(file, `${FIRMWARE_FOLDER}/${file.name}`));
    return images.filter(({ name }) => cursor === undefined || name > cursor[1]).slice(0, limit + 1);
  }
  if ((await findEntry(env, owner, segments))?.type !== "folder") return undefined;
  const db = database(env);
  const [type, name] = cursor ?? ["folder", undefined];
  const inFolder =
    type === "file"
      ? []
      : (await selectFolders(db, owner, folder, name, limit)).map((row) => folderEntry(row, row.createdAt));
  const isRoot = owner !== SHARED && folder === "" && cursor === undefined;
  const subfolders = [...(isRoot ? [FIRMWARE] : []), ...inFolder];
  if (subfolders.length > limit) return subfolders.slice(0, limit + 1);
  const rest = await selectFiles(db, owner, folder, type === "file" ? name : undefined, limit - subfolders.length);
  return [...subfolders, ...rest.map((row) => fileEntry(row))];
}

const selectFolders = (db: Database, owner: string, folder: string, behind: string | undefined, limit: number) =>
  db
    .select()
    .from(folders)
    .where(
      and(
        eq(folders.owner, owner),
        eq(folders.folder, folder),
        after([folders.name], behind === undefined ? undefined : [behind]),
      ),
    )
    .orderBy(asc(folders.name))
    .limit(limit + 1);

const selectFiles = (db: Database, owner: string, folder: string, behind: string | undefined, limit: number) =>
  db
    .select()
    .from(files)
    .where(
      and(
        eq(files.owner, owner),
        eq(files.folder, folder),
        after([files.name], behind === undefined ? undefined : [behind]),
      ),
    )
    .orderBy(asc(files.name))
    .limit(limit + 1);

const isFileAt = (owner: string, { folder, name }: Place) =>
  and(eq(files.owner, owner), eq(files.folder, folder), eq(files.name, name));

const isFolderAt = (owner: string, { folder, name }: Place) =>
  and(eq(folders.owner, owner), eq(folders.folder, folder), eq(folders.name, name));

const exists = (what: string): FileFailure<"conflict"> => ({ reason: "conflict", detail: `${what} is there already.` });
const missing: FileFailure<"not_found"> = { reason: "not_found", detail: "There is nothing at this path." };

/** With all folders on the way to it. One that is there already is no mistake. */
export async function makeFolder(env: Env, owner: string, place: Place): Promise<Result<Entry, FileFailure>> {
  if (isReserved(owner, place)) return fail(READ_ONLY);
  const path = pathOf(place);
  const now = Date.now();
  const made = foldersDownTo(path).map((each) =>
    run(
      env.DB,
      `INSERT OR IGNORE INTO folders (owner, folder, name, created_at) SELECT ?1, ?2, ?3, ?4
       WHERE NOT EXISTS (SELECT 1 FROM files WHERE owner = ?1 AND folder = ?2 AND name = ?3)
         AND (?2 = '' OR EXISTS (SELECT 1 FROM folders WHERE owner = ?1 AND folder = ?5 AND name = ?6))
         AND (SELECT count(*) FROM folders WHERE owner = ?1) < ?7`,
      ...[owner, each.folder, each.name, now],
      ...[placeOf(each.folder.split("/"))?.folder, placeOf(each.folder.split("/"))?.name, MAX_FOLDERS_PER_OWNER],
    ),
  );
  await env.DB.batch(made);
  const entry = await findEntry(env, owner, path.split("/"));
  if (entry?.type === "folder") return ok(entry);
  if (entry !== undefined) return fail(exists(`/${path}`));
  return fail({
    reason: "conflict",
    detail: `There is a file in the way, or there are ${MAX_FOLDERS_PER_OWNER} folders.`,
  });
}

/** Never onto something that is there. Folders go with all that is in them. */
export async function rename(env: Env, owner: string, from: Place, to: Place): Promise<Result<Entry, FileFailure>> {
  if (isReserved(owner, from) || isReserved(owner, to)) return fail(READ_ONLY);
  const source = await findEntry(env, owner, pathOf(from).split("/"));
  if (source === undefined) return fail(missing);
  if (`/${pathOf(to)}`.startsWith(`${source.path}/`)) {
    return fail({ reason: "conflict", detail: "A folder cannot be moved into itself." });
  }
  const parent = placeOf(to.folder.split("/").filter((part) => part !== ""));
  if (parent !== undefined) {
    const made = await makeFolder(env, owner, parent);
    if (!made.ok) return made;
  }
  const moved = source.type === "file" ? await moveFile(env, owner, from, to) : await moveFolder(env, owner, from, to);
  const target = moved ? await findEntry(env, owner, pathOf(to).split("/")) : undefined;
  return target === undefined ? fail(exists(`/${pathOf(to)}`)) : ok(target);
}

const IS_FREE = `NOT EXISTS (SELECT 1 FROM files WHERE owner = ?1 AND folder = ?4 AND name = ?5)
  AND NOT EXISTS (SELECT 1 FROM folders WHERE owner = ?1 AND folder = ?4 AND name = ?5)`;

async function moveFile(env: Env, owner: string, from: Place, to: Place): Promise<boolean> {
  const { meta } = await run(
    env.DB,
    `UPDATE files SET folder = ?4, name = ?5 WHERE owner = ?1 AND folder = ?2 AND name = ?3 AND ${IS_FREE}`,
    ...[owner, from.folder, from.name, to.folder, to.name],
  ).run();
  return meta.changes > 0;
}

async function moveFolder(env: Env, owner: string, from: Place, to: Place): Promise<boolean> {
  const below = (table: string) =>
    run(
      env.DB,
      `UPDATE ${table} SET folder = ?5 || substr(folder, length(?4) + 1)
       WHERE owner = ?1 AND (folder = ?4 OR substr(folder, 1, length(?4) + 1) = ?4 || '/')
         AND NOT EXISTS (SELECT 1 FROM folders WHERE owner = ?1 AND folder = ?2 AND name = ?3)`,
      ...[owner, from.folder, from.name, pathOf(from), pathOf(to)],
    );
  const [moved] = await env.DB.batch([
    run(
      env.DB,
      `UPDATE folders SET folder = ?4, name = ?5 WHERE owner = ?1 AND folder = ?2 AND name = ?3 AND ${IS_FREE}`,
      ...[owner, from.folder, from.name, to.folder, to.name],
    ),
    below("folders"),
    below("files"),
  ]);
  return (moved?.meta.changes ?? 0) > 0;
}

/** A folder has to be empty. */
export async function removeEntry(env: Env, owner: string, place: Place): Promise<Result<void, FileFailure>> {
  if (isReserved(owner, place)) return fail(READ_ONLY);
  const file = await findFile(env, owner, pathOf(place).split("/"));
  if (file !== undefined) return removeFile(env, file.id);
  const { meta } = await run(
    env.DB,
    `DELETE FROM folders WHERE owner = ?1 AND folder = ?2 AND name = ?3
       AND NOT EXISTS (SELECT 1 FROM files WHERE owner = ?1 AND folder = ?4)
       AND NOT EXISTS (SELECT 1 FROM folders WHERE owner = ?1 AND folder = ?4)`,
    ...[owner, place.folder, place.name, pathOf(place)],
  ).run();
  if (meta.changes > 0) return ok(undefined);
  const entry = await findEntry(env, owner, pathOf(place).split("/"));
  return fail(entry === undefined ? missing : { reason: "conflict", detail: "The folder is not empty." });
}
