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

export const eviction = (rack: Rack) => evictSome(rack, "gently");
export const rudeEviction = (rack: Rack) => evictSome(rack, "rudely");

async function evictSome(rack: Rack, how: "gently" | "rudely"): Promise<void> {
  const { control } = rack;
  const shards = Array.from({ length: SHARDS }, (_, shard) => `history-${shard}`);
  const keys = rack.some(0.4).map(({ charger }) => charger.id.toLowerCase());
  await Promise.all([
    ...shards.map((name) => control.evict("HistoryWriter", name, how)),
    ...keys.map((name) => control.evict("ChargePoint", name, how)),
  ]);
}
