// The body of a request in large pieces: by itself the platform hands it out in bites of 4 KiB, and each costs a turn
// through JavaScript on both sides of the store.
const MIN_BYTES = 64 * 1024;
const BUFFER_BYTES = 256 * 1024;

export async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader({ mode: "byob" });
  try {
    for (;;) {
      const { done, value } = await reader.readAtLeast(MIN_BYTES, new Uint8Array(BUFFER_BYTES));
      if (value !== undefined && value.length > 0) yield value;
      if (done) return;
    }
  } finally {
    // Whoever stops early wants no more of it.
    await reader.cancel().catch(() => undefined);
  }
}
