// Every message of every version with random payloads from the official schemas, valid and broken.
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { pointerOf, reasonOfKeyword } from "../../src/ocpp/errors.ts";
import type { MessageRow, Validate } from "../../src/ocpp/message.ts";
import { VERSIONS } from "../../src/ocpp/versions.ts";
import { eventually } from "../support/worker/charger.ts";
import { type Correspondent, correspondent } from "../support/worker/correspondent.ts";
import { MUTATIONS, type Mutant, mutants, schemaOf, valid } from "../support/worker/schemas.ts";
import { actorOf, findingsOf } from "../support/worker/sessions.ts";

/** The same payloads in every run. */
const RUNS = { seed: 20_260_101, numRuns: 3, endOnFailure: true };

const rowsOf = (messages: Readonly<Record<string, MessageRow>>, side: "charger" | "csms") =>
  Object.values(messages).filter(({ direction }) => direction === side || direction === "both");

/** Errors of a generated validator: empty for a valid payload. */
const errorsOf = (validate: Validate, payload: unknown) => (validate(payload) ? [] : [...(validate.errors ?? [])]);

/** The same payload with the member at the pointer as text if it is a number, and the reverse. */
function spelledOtherwise(payload: object, pointer: string): object {
  const copy = structuredClone(payload);
  const path = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const holder = path.slice(0, -1).reduce<object>((at, step) => Reflect.get(at, step), copy);
  const last = path.at(-1) ?? "";
  const value: unknown = Reflect.get(holder, last);
  if (typeof value === "number") Reflect.set(holder, last, String(value));
  if (typeof value === "string") Reflect.set(holder, last, Number(value));
  return copy;
}

/** What the Worker may complain about: the world of plug & charge, which is not there. */
const AWAY = ["iso15118_provider_away", "revocation_source_away"];
const complaints: unknown[] = [];
const noteComplaint = (...said: unknown[]) => {
  if (!AWAY.some((event) => String(said[0]).includes(`"event":"${event}"`))) complaints.push(...said);
};
beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(noteComplaint);
  vi.spyOn(console, "error").mockImplementation(noteComplaint);
});

describe.each(VERSIONS)("in OCPP $version", ({ version, messages, handlers, errorCodes }) => {
  let tolerant: Correspondent;
  let strict: Correspondent;
  beforeAll(async () => {
    [tolerant, strict] = await Promise.all([correspondent(version), correspondent(version, { policy: "strict" })]);
  });

  const fromCharger = rowsOf(messages, "charger");
  const fromCsms = rowsOf(messages, "csms");
  const requests = ({ action, request }: MessageRow) => validOf(schemaOf(version, action, "request"), request);
  const validOf = (schema: ReturnType<typeof schemaOf>, validate: Validate) =>
    valid(schema).map((payload) => {
      expect(errorsOf(validate, payload), "the generator makes valid payloads").toEqual([]);
      return payload;
    });
  const responsesOf = ({ action, response }: MessageRow) =>
    response === null ? fc.constant({}) : validOf(schemaOf(version, action, "response"), response);

  async function expectUsable({ ask }: Correspondent) {
    expect(await ask("Heartbeat", {})).toEqual([3, expect.any(String), { currentTime: expect.any(String) }]);
  }
  function expectConfirmed({ response }: MessageRow, answer: unknown[], why?: string) {
    expect(answer, why).toEqual([3, expect.any(String), expect.any(Object)]);
    if (response !== null) expect(errorsOf(response, answer[2]), JSON.stringify(answer)).toEqual([]);
  }
  /** Breaks one rule of a valid payload, as the generated validator sees it, too. */
  const brokenOf = (schema: ReturnType<typeof schemaOf>, validate: Validate) =>
    mutants(schema).filter((mutant): mutant is Mutant => {
      if (mutant === undefined) return false;
      const { mutation, pointer, payload } = mutant;
      const [error] = errorsOf(validate, payload);
      expect(error && { keyword: error.keyword, pointer: pointerOf(error) }, mutation).toEqual({
        keyword: MUTATIONS[mutation],
        pointer,
      });
      return true;
    });
  const broken = ({ action, request }: MessageRow) => brokenOf(schemaOf(version, action, "request"), request);
  const brokenAnswers = ({ action, response }: MessageRow) => {
    if (response === null) throw new Error(`${action} has no answer to break`);
    return brokenOf(schemaOf(version, action, "response"), response);
  };

  test.each(fromCharger)("a valid $action of the charger is answered as its schema says", async (row) => {
    await fc.assert(
      fc.asyncProperty(requests(row), async (payload) => {
        if (row.response === null) tolerant.tell(row.action, payload);
        else expectConfirmed(row, await tolerant.ask(row.action, payload));
        await expectUsable(tolerant);
        expect(tolerant.strays).toEqual([]);
      }),
      RUNS,
    );
  });

  test.each(fromCsms)("a valid $action of ours goes out as it is, and its valid answer is taken", async (row) => {
    await fc.assert(
      fc.asyncProperty(requests(row), responsesOf(row), async (payload, response) => {
        tolerant.responses.set(row.action, response);
        const result = await actorOf(tolerant.charger).command({ action: row.action, payload, offline: "fail" }, 5_000);
        if (!result.ok) throw new Error(JSON.stringify(result.error));
        const { id, status, response: taken, remarks = [] } = result.value;
        expect(tolerant.callOf(id)).toBe(`[2,"${id}","${row.action}",${JSON.stringify(payload)}]`);
        expect({ status, taken, remarks }).toEqual({
          status: "accepted",
          taken: JSON.stringify(response),
          remarks: [],
        });
      }),
      RUNS,
    );
    tolerant.responses.delete(row.action);
  });

  test.each(fromCsms)("a broken answer to $action is taken with a remark", async (row) => {
    await fc.assert(
      fc.asyncProperty(requests(row), brokenAnswers(row), async (payload, { mutation, pointer, payload: response }) => {
        tolerant.responses.set(row.action, response);
        const result = await actorOf(tolerant.charger).command({ action: row.action, payload, offline: "fail" }, 5_000);
        expect(result, `${mutation}: ${pointer}`).toMatchObject({
          ok: true,
          value: { status: "accepted", response: JSON.stringify(response), remarks: ["the answer breaks the schema"] },
        });
        await expectUsable(tolerant);
      }),
      RUNS,
    );
    tolerant.responses.delete(row.action);
  });

  test.each(fromCharger)(
    "a broken $action of the charger is refused or borne, as policy and handler say",
    async (row) => {
      await fc.assert(
        fc.asyncProperty(broken(row), async ({ mutation, pointer, payload }) => {
          const reason = reasonOfKeyword(MUTATIONS[mutation]);
          const refusal = [4, expect.any(String), errorCodes[reason], expect.any(String), {}];
          if (row.response === null) {
            for (const correspondent of [strict, tolerant]) {
              correspondent.tell(row.action, payload);
              await expectUsable(correspondent);
              expect(correspondent.strays).toEqual([]);
            }
            return;
          }
          const why = `${mutation}: ${pointer}`;
          expect(await strict.ask(row.action, payload), why).toEqual(refusal);
          const isSpelling = errorsOf(row.request, spelledOtherwise(payload, pointer)).length === 0;
          const isBorne =
            handlers[row.action]?.tolerance === "any" ||
            reason === "malformed_payload" ||
            reason === "property" ||
            isSpelling;
          const answer = await tolerant.ask(row.action, payload);
          if (isBorne) expectConfirmed(row, answer, why);
          else expect(answer, why).toEqual(refusal);
          await expectUsable(tolerant);
        }),
        { ...RUNS, numRuns: 6 },
      );
    },
  );

  test.each(fromCsms)("a broken $action of ours is refused with a pointer and never sent", async (row) => {
    await fc.assert(
      fc.asyncProperty(broken(row), async ({ pointer, payload }) => {
        const before = tolerant.callsOf(row.action).length;
        expect(
          await actorOf(tolerant.charger).command({ action: row.action, payload, offline: "fail" }, 5_000),
        ).toMatchObject({ ok: false, error: { reason: "invalid_payload", pointer } });
        await expectUsable(tolerant);
        expect(tolerant.callsOf(row.action).length).toBe(before);
      }),
      { ...RUNS, numRuns: 4 },
    );
  });

  test("no frame does any harm", async () => {
    const victim = await correspondent(version);
    const type = fc.oneof(fc.constantFrom(2, 3, 4, 5, 6), fc.jsonValue());
    const id = fc.oneof(fc.string(), fc.integer(), fc.jsonValue());
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...Object.keys(messages)) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    const frames = fc.oneof(
      { weight: 1, arbitrary: fc.array(fc.jsonValue(), { maxLength: 6 }) },
      { weight: 4, arbitrary: fc.tuple(type, id, action, fc.jsonValue(), fc.jsonValue()) },
      { weight: 4, arbitrary: fc.tuple(fc.constant(2), id, action, fc.dictionary(fc.string(), fc.jsonValue())) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 5 }), async (sent) => {
        for (const frame of sent) victim.charger.send(frame);
        await expectUsable(victim);
        expect(victim.strays.splice(0).filter(([, , code]) => code === "InternalError")).toEqual([]);
      }),
      { ...RUNS, numRuns: 60 },
    );
  });

  test("all of it reaches the history", async () => {
    for (const { charger } of [tolerant, strict]) {
      expect(await findingsOf(charger)).not.toContain("history_parked");
      // Jobs that random commands began may still end meanwhile.
      await eventually(async () => {
        await actorOf(charger).flush();
        return (await actorOf(charger).live())?.historyBacklog === 0 || undefined;
      }, "the backlog to be shipped");
    }
    expect(complaints).toEqual([]);
  });
});
