import { describe, expect, test } from "vitest";
import { GroupRead } from "../../src/durable-objects/registry-reader/group-read.ts";

/** A store whose queries are answered when the test says so. */
function store() {
  const asked: { keys: string[]; answer: (values: [string, number][]) => void; fail: (error: Error) => void }[] = [];
  const reader = new GroupRead<string, number>((keys) => {
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, number>>();
    asked.push({ keys, answer: (values) => resolve(new Map(values)), fail: reject });
    return promise;
  });
  return { asked, reader };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a group read", () => {
  test("puts into one query what is asked at the same time, each key once", async () => {
    const { asked, reader } = store();
    const answers = Promise.all(["a", "b", "a"].map((key) => reader.read(key)));
    await turn();
    expect(asked.map(({ keys }) => keys)).toEqual([["a", "b"]]);
    asked[0]?.answer([["a", 1]]);
    expect(await answers).toEqual([1, undefined, 1]);
  });

  test("never answers with what was read before it was asked", async () => {
    const { asked, reader } = store();
    const before = reader.read("a");
    await turn();
    const after = reader.read("a");
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]?.answer([["a", 1]]);
    expect(await before).toBe(1);
    await turn();
    asked[1]?.answer([["a", 2]]);
    expect(await after).toBe(2);
  });

  test("that fails fails for those who asked in it, and not for those behind", async () => {
    const { asked, reader } = store();
    const failing = reader.read("a");
    await turn();
    const next = reader.read("b");
    asked[0]?.fail(new Error("away"));
    await expect(failing).rejects.toThrow("away");
    await turn();
    asked[1]?.answer([["b", 2]]);
    expect(await next).toBe(2);
  });
});
