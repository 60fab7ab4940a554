// Firmware images for tests: the file's row is put into D1, its bytes nobody asks for.
import { env } from "cloudflare:workers";
import { database } from "../../../src/db/client.ts";
import { files } from "../../../src/db/schema.ts";
import { call } from "./api.ts";

const SHA256 = "0".repeat(64);

export async function addFirmwareFile(name = `firmware-${crypto.randomUUID()}.bin`, owner = ""): Promise<string> {
  const id = crypto.randomUUID();
  await database(env)
    .insert(files)
    .values({
      ...{ id, owner, folder: "", name, kind: "firmware", contentType: "application/octet-stream", size: 7 },
      ...{ sha256: SHA256, uploadedBy: "user:test", createdAt: new Date() },
    });
  return id;
}

/** @returns the id of the image */
export async function addImage(token: string, image: object): Promise<string> {
  const fileId = await addFirmwareFile();
  const { body, status } = await call("POST", "/api/firmware", { token, body: { fileId, ...image } });
  if (status !== 201) throw new Error(`the image was refused: ${JSON.stringify(body)}`);
  return body.id;
}
