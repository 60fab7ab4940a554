// multipart/form-data -> the first file in it, as a stream. A form that breaks off breaks the stream, too.
import { Buffer } from "node:buffer";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { fail, ok, type Result } from "../../result.ts";
import { BrokenBody } from "../files/intake.ts";

export interface FormFile {
  filename: string;
  contentType: string;
  body: AsyncIterable<Uint8Array>;
}

const MAX_FIELD_BYTES = 64 * 1024;
const MAX_FIELDS = 100;

export const isForm = (contentType: string | undefined): boolean => /^multipart\/form-data\b/i.test(contentType ?? "");

/** Resolves when the file begins; whatever is sent before it is passed over. */
export async function openForm(
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): Promise<Result<FormFile, string>> {
  const { promise, resolve } = Promise.withResolvers<Result<FormFile, string>>();
  let parser: BusboyInstance;
  try {
    parser = new Busboy({
      headers: { "content-type": contentType },
      limits: { fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, files: 1 },
    });
  } catch (error) {
    return fail(`the form cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  parser.on("file", (_field, stream, filename, _encoding, type) => {
    resolve(ok({ filename: filename ?? "", contentType: type, body: unbroken(stream) }));
    parser.once("error", (error) => stream.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  parser.on("error", (error) => resolve(fail(`the form cannot be read: ${String(error)}`)));
  parser.on("finish", () => resolve(fail("the form holds no file")));
  void feed(parser, source);
  return promise;
}

async function* unbroken(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw new BrokenBody(`the form broke off: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Never rejects: what goes wrong with the source is told through the parser. */
async function feed(parser: BusboyInstance, source: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of source) {
      // The callback comes when the chunk was taken: a file that is read slowly slows the sender down.
      await new Promise<void>((done, refuse) => {
        parser.write(Buffer.from(chunk), (error) => (error ? refuse(error) : done()));
      });
    }
    parser.end();
  } catch (error) {
    parser.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}
