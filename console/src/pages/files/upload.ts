// A file on its way to the server, in parts, so that a large one can be watched and given up. A part whose request was
// lost is sent again from where the server says that it is.
import { api, fetchRaw, type Schemas } from "../../api/client";
import { ApiProblem } from "../../api/problem";

const MAX_TRIES = 5;
const PAUSE_MS = 1_000;

interface Upload {
  file: File;
  /** Where it goes; the last part is the file's name. */
  path: string;
  kind: Schemas["File"]["kind"];
  /** @param share between 0 and 1 */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

export async function upload({ file, path, kind, onProgress, signal }: Upload): Promise<Schemas["File"]> {
  const { data: session } = await api.POST("/http/uploads", { body: { path, size: file.size, kind }, signal });
  if (session === undefined) throw new Error("the server began no upload");
  const { id, partBytes } = session;
  signal.addEventListener("abort", () => void giveUp(id), { once: true });
  let { offset } = session;
  let tries = 0;
  while (offset < file.size) {
    try {
      const part = file.slice(offset, offset + partBytes);
      await sendPart(id, offset, part, signal);
      offset += part.size;
      tries = 0;
    } catch (error) {
      if (signal.aborted || ++tries >= MAX_TRIES || isFinal(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
      offset = await offsetOf(id, signal);
    }
    onProgress(offset / file.size);
  }
  const { data } = await api.POST("/http/uploads/{id}/complete", { params: { path: { id } }, body: {}, signal });
  if (data === undefined) throw new Error("the server did not say what became of the upload");
  return data;
}

function sendPart(id: string, offset: number, body: Blob, signal: AbortSignal): Promise<Response> {
  const headers = { "upload-offset": String(offset), "content-type": "application/octet-stream" };
  return fetchRaw(`/http/uploads/${encodeURIComponent(id)}`, { method: "PATCH", headers, body, signal });
}

async function offsetOf(id: string, signal: AbortSignal): Promise<number> {
  const { data } = await api.GET("/http/uploads/{id}", { params: { path: { id } }, signal });
  if (data === undefined) throw new Error("the upload is gone");
  return data.offset;
}

/** What is refused stays refused; a part that the server has already is no failure but a wrong offset (409). */
function isFinal(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500 && error.status !== 409;
}

async function giveUp(id: string): Promise<void> {
  // If this does not arrive, the server forgets the upload by itself.
  await fetchRaw(`/http/uploads/${encodeURIComponent(id)}`, { method: "DELETE" }).catch(() => undefined);
}
