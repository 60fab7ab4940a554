// POST|PUT /http/upload/[folder/]name: a whole file in one request, as the body or in a form.
import type { Context } from "hono";
import { fail, ok, type Result } from "../../result.ts";
import type { AppEnv } from "../context.ts";
import { tellRefused } from "../files/arrived.ts";
import { draftOf, may, type Nameless } from "../files/caller.ts";
import { contentTypeOf } from "../files/content-types.ts";
import type { FileFailure } from "../files/failure.ts";
import { maxFileBytes } from "../files/limits.ts";
import { type Place, placeOf, readPath, readUrlPath } from "../files/names.ts";
import { isReserved, READ_ONLY } from "../files/offered.ts";
import { pieces } from "../files/pieces.ts";
import { presentFile } from "../files/present.ts";
import { type Incoming, receive } from "../files/receive.ts";
import { readUploadToken, tokenDigest, type UploadGrant } from "../files/tokens.ts";
import { tooLarge } from "../files/uploads.ts";
import { problem } from "../problems.ts";
import { isForm, openForm } from "./form.ts";
import { identifyCaller, refuse } from "./identify.ts";

const PREFIX = "/http/upload";

interface Sender {
  draft: Nameless;
  /** What is left of the path, still encoded. */
  path: string;
}

export async function upload(c: Context<AppEnv>): Promise<Response> {
  const sender = await senderOf(c);
  if (!sender.ok) return refuse(c, sender.error);
  const { draft, path } = sender.value;
  const segments = readUrlPath(path);
  if (!segments.ok) return problem(c, { reason: "bad_request", detail: segments.error });
  return store(c, draft, { segments: segments.value, isFolder: path === "" || path.endsWith("/") });
}

/** The rest of it, whoever sends it. */
export async function store(c: Context<AppEnv>, draft: Nameless, target: Target) {
  const length = lengthOf(c);
  if (length !== undefined && length > maxFileBytes(c.env)) return refuse(c, tooLarge(c.env));
  const sent = await readSent(c, target);
  if (!sent.ok) return refuse(c, sent.error);
  const { place, contentType, incoming } = sent.value;
  if (isReserved(draft.owner, place)) return refuse(c, READ_ONLY);
  const whole = { ...draft, ...place, contentType: contentTypeOf(place.name, contentType) };
  const received = await receive(c.env, whole, incoming);
  if (received.ok) return c.json(await presentFile(c.env, received.value), 201);
  await tellRefused(c.env, draft, received.error.detail);
  return refuse(c, received.error);
}

/** A token in the path outweighs credentials: who was given one knows for whom it is. */
async function senderOf(c: Context<AppEnv>): Promise<Result<Sender, FileFailure>> {
  const path = new URL(c.req.url).pathname.slice(PREFIX.length).replace(/^\/+/, "");
  const [mark, token = "", ...rest] = path.split("/");
  const grant = mark === "t" ? readUploadToken(c.env, token) : undefined;
  if (grant !== undefined) return ok(granted(grant, token, rest.join("/")));
  const caller = await identifyCaller(c);
  if (!caller.ok) return caller;
  if (!may(caller.value, "write")) return fail({ reason: "forbidden", detail: "This needs the permission write." });
  return ok({ draft: draftOf(caller.value), path });
}

const granted = ({ chargePointId, expiresAt, ...errand }: UploadGrant, token: string, path: string): Sender => ({
  draft: {
    ...{ owner: chargePointId, uploadedBy: `charger:${chargePointId}`, ...errand },
    token: { digest: tokenDigest(token), expiresAt: new Date(expiresAt) },
  },
  path,
});

interface Sent {
  place: Place;
  contentType: string | undefined;
  incoming: Incoming;
}

/** Where the file is to be: a path that ends in a folder leaves the name to the form, or to us. */
export interface Target {
  segments: readonly string[];
  isFolder: boolean;
}

/** What a request brings: its body, or the first file in its form. */
export async function readSent(c: Context<AppEnv>, { segments, isFolder }: Target): Promise<Result<Sent, FileFailure>> {
  const contentType = c.req.header("content-type");
  const { body } = c.req.raw;
  const source = body === null ? nothing() : pieces(body);
  if (!isForm(contentType)) {
    const place = placeOf(isFolder ? [...segments, madeName()] : segments);
    if (place === undefined) return fail({ reason: "bad_request", detail: "the path names no file" });
    const length = lengthOf(c) ?? (body === null ? 0 : undefined);
    return ok({ place, contentType, incoming: { body: source, length } });
  }
  const form = await openForm(contentType ?? "", source);
  if (!form.ok) return fail({ reason: "bad_request", detail: form.error });
  const named = isFolder ? readPath(form.value.filename || madeName()) : ok([]);
  if (!named.ok) return fail({ reason: "bad_request", detail: named.error });
  const place = placeOf([...segments, ...named.value]);
  if (place === undefined) return fail({ reason: "bad_request", detail: "neither the path nor the form names a file" });
  return ok({ place, contentType: form.value.contentType, incoming: { body: form.value.body, length: undefined } });
}

/** Of a form it is the length of all of it, and so more than the file's. */
export function lengthOf(c: Context<AppEnv>): number | undefined {
  const header = c.req.header("content-length");
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const madeName = (): string => `upload-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}.bin`;
