// Whatever happens to new passwords and in whatever order: the charger gets in with the one that it has.
import { evictDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Charger, connectCharger } from "../support/worker/charger.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, BOOT_16, stationRow } from "../support/worker/sessions.ts";

/** What a charger does with a new password, and what becomes of its answer. */
const fate = fc.record({
  takes: fc.constantFrom("at once", "at the next start", "never"),
  answers: fc.constantFrom("truly", "with an error", "not at all"),
  actorDies: fc.boolean(),
  shipped: fc.boolean(),
  connects: fc.integer({ min: 1, max: 2 }),
});

const basic = (id: string, password: string) => ({ authorization: `Basic ${btoa(`${id}:${password}`)}` });

test("a charger with any history of new passwords is never locked out", { timeout: 90_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 5 }), async (fates) => {
      const id = await registerCharger({ securityProfile: 1, password: "the-first-password" });
      let [has, atNextStart] = ["the-first-password", ""];
      let charger: Charger = await connectCharger(id, { headers: basic(id, has) });
      await charger.call("BootNotification", BOOT_16, "boot");
      for (const { takes, answers, actorDies, shipped, connects } of fates) {
        const rotating = actorOf(charger).rotatePassword("test", 0);
        const [, messageId, , payload] = await charger.next();
        const { value } = payload as { value: string };
        if (takes === "at once") [has, atNextStart] = [value, ""];
        if (takes === "at the next start") atNextStart = value;
        const status = { "at once": "Accepted", "at the next start": "RebootRequired", never: "Rejected" }[takes];
        if (answers === "truly") charger.send([3, messageId, { status }]);
        if (answers === "with an error") charger.send([4, messageId, "GenericError", "", {}]);
        await rotating;
        if (actorDies) await evictDurableObject(actorOf(charger));
        if (shipped) await stationRow(charger);
        for (let i = 0; i < connects; i += 1) {
          charger.close();
          charger = await connectCharger(id, { headers: basic(id, has) });
          expect(charger.response.status).toBe(101);
          if (atNextStart !== "") [has, atNextStart] = [atNextStart, ""];
        }
      }
      charger.close();
      expect((await connectCharger(id, { headers: basic(id, has) })).response.status).toBe(101);
    }),
    { numRuns: 25 },
  );
});
