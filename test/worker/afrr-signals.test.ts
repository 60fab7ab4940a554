// One aFRR signal, from the operator to every charger of OCPP 2.1 below a transformer.
import { beforeAll, describe, expect, it, vi } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { operator } from "../support/worker/money.ts";
import { siteOfObeying } from "../support/worker/obeying.ts";
import { actorOf } from "../support/worker/sessions.ts";

let token: string;
beforeAll(async () => {
  token = await operator();
});

const newTransformer = () => `T-${crypto.randomUUID()}`;
const send = (body: object) => call("POST", "/api/afrr-signals", { token, body });

describe("an aFRR signal", () => {
  it("reaches every charger of OCPP 2.1 at the sites that are meant, and says what each answered", async () => {
    const transformerId = newTransformer();
    const { id: site, chargers } = await siteOfObeying(["1.6", "2.0.1", "2.1", "2.1"], transformerId);
    await siteOfObeying(["2.1"], newTransformer());
    for (const charger of chargers) await actorOf(charger).flush();
    const timestamp = "2026-06-01T12:00:00.000Z";
    const { status, body } = await send({ signal: -40, timestamp, scope: { transformerId } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ signal: -40, timestamp });
    const able = chargers.filter(({ version }) => version === "2.1");
    expect(body.chargePoints.map((one: { chargePointId: string }) => one.chargePointId).sort()).toEqual(
      able.map(({ id }) => id).sort(),
    );
    for (const { chargePointId, outcome, commandId } of body.chargePoints) {
      expect(outcome).toBe("accepted");
      const { body: sent } = await call("GET", `/api/commands/${commandId}`, { token });
      expect(sent).toMatchObject({ chargePointId, action: "AFRRSignal", payload: { signal: -40, timestamp } });
    }
    const { body: bySite } = await send({ signal: 10, scope: { siteIds: [site] } });
    expect(bySite.chargePoints).toHaveLength(2);
    expect(Math.abs(Date.parse(bySite.timestamp) - Date.now())).toBeLessThan(60_000);
  });

  it("keeps nobody waiting for those that do not answer", async () => {
    const transformerId = newTransformer();
    const { chargers } = await siteOfObeying(Array<"2.1">(52).fill("2.1"), transformerId);
    for (const charger of chargers) await actorOf(charger).flush();
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    for (const charger of chargers) charger.answersAfter = promise;
    const sent = send({ signal: -40, scope: { transformerId }, wait: 25 });
    const told = () => chargers.filter(({ heard }) => heard.includes("AFRRSignal"));
    await vi.waitFor(() => expect(told()).toHaveLength(52), { timeout: 15_000 });
    answer();
    const { body } = await sent;
    expect(body.chargePoints.map(({ outcome }: { outcome: string }) => outcome)).toEqual(Array(52).fill("accepted"));
  });

  it("where nobody is meant goes to nobody", async () => {
    expect((await send({ signal: 1, scope: { transformerId: newTransformer() } })).body.chargePoints).toEqual([]);
  });

  it.each([
    ["no signal", {}],
    ["half a signal", { signal: 0.5 }],
    ["a scope that is none", { signal: 1, scope: { country: "GR" } }],
  ])("with %s is refused", async (_name, body) => {
    expect((await send(body)).status).toBe(422);
  });

  it("is for operators", async () => {
    const viewer = await someone("viewer");
    expect((await call("POST", "/api/afrr-signals", { token: viewer.token, body: { signal: 1 } })).status).toBe(403);
  });
});
