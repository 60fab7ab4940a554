// Files of the deployment, as an operator's program moves them.
import type { Rest } from "./rest.ts";
import { signIn } from "./rest.ts";

/** Puts a file into the shared folder. @returns its id */
export async function uploadShared(url: string, name: string, body: string): Promise<string> {
  const { access } = await signIn(url);
  const response = await fetch(`${url}/http/upload/${encodeURIComponent(name)}`, {
    method: "PUT",
    body,
    headers: { authorization: `Bearer ${access}` },
  });
  if (response.status !== 201) throw new Error(`the upload answered ${response.status}: ${await response.text()}`);
  const file: { id: string } = JSON.parse(await response.text());
  return file.id;
}

/** An image for simulated chargers. @returns its id */
export async function addImage(url: string, rest: Rest, version: string, vendor: string): Promise<string> {
  const fileId = await uploadShared(
    url,
    `${vendor}-${version}.bin`,
    `ov2x-edge firmware ${version}\n${"x".repeat(100_000)}`,
  );
  return (await rest.post("/api/firmware", { fileId, version, vendor })).id;
}
