import { hideTables, lockWrites, type Repair } from "../../../test/support/node/broken-database.ts";
import { SHARDS } from "../../server/launch.ts";
import type { Rack } from "../rack.ts";

export async function kill({ control }: Rack): Promise<void> {
  await control.kill();
  await control.start();
}

export async function killTwice({ control, random }: Rack): Promise<void> {
  await control.kill();
  await control.killWhileStarting(random.between(100, 3000));
  await control.start();
}

export async function cleanRestart({ control }: Rack): Promise<void> {
  await control.restart();
}

export const databaseAway = (rack: Rack) => broken(rack, hideTables);
export const databaseLocked = (rack: Rack) => broken(rack, lockWrites);

async function broken(rack: Rack, breakIt: (stateDir: string) => Repair): Promise<void> {
  const repair = breakIt(rack.control.stateDir);
  try {
    await rack.pass(3, 12);
  } finally {
    repair();
  }
}

export const eviction = (rack: Rack) => evictAll(rack, "hibernate");
export const rudeEviction = (rack: Rack) => evictAll(rack, "close");

/** In the midst of their work: what was on its way is waited for by the runtime, nothing else is. */
async function evictAll(rack: Rack, webSockets: "close" | "hibernate"): Promise<void> {
  const { control } = rack;
  for (let shard = 0; shard < SHARDS; shard += 1) await control.evict("HistoryWriter", `history-${shard}`, webSockets);
  for (const { charger } of rack.some(0.4)) await control.evict("ChargePoint", charger.id.toLowerCase(), webSockets);
}
