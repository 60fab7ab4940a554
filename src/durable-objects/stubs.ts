// The only door to each actor.
import type { ChargePoint } from "./charge-point.ts";
import type { FleetFeed } from "./fleet-feed.ts";
import type { OrderKind } from "./grid-order/life.ts";
import type { GridOrder } from "./grid-order.ts";
import { hash } from "./hash.ts";
import type { HistoryWriter } from "./history-writer.ts";
import type { Mailer } from "./mailer.ts";
import type { RegistryReader } from "./registry-reader.ts";
import type { Site } from "./site.ts";
import type { Webhook } from "./webhook.ts";

/** @param key the identity in lower case */
export const chargePointOf = (env: Env, key: string): DurableObjectStub<ChargePoint> =>
  env.CHARGE_POINT.getByName(key.toLowerCase());

/** The writer that this charger's history goes through: always the same one, so its order is kept. */
export const historyWriterOf = (env: Env, key: string): DurableObjectStub<HistoryWriter> =>
  writer(env, hash(key) % shards(env));

const writer = (env: Env, index: number): DurableObjectStub<HistoryWriter> =>
  env.HISTORY_WRITER.getByName(`history-${index}`);

/** All of them, in order. */
export const historyWritersOf = (env: Env): DurableObjectStub<HistoryWriter>[] =>
  Array.from({ length: shards(env) }, (_, index) => writer(env, index));

/** Whom this charger asks. Few: the more ask one, the more share a query, and reads are light. */
export const registryReaderOf = (env: Env, key: string): DurableObjectStub<RegistryReader> =>
  env.REGISTRY_READER.getByName(`registry-${hash(key) % Math.ceil(shards(env) / 4)}`);

/** The feed of the whole fleet. */
export const fleetFeedOf = (env: Env): DurableObjectStub<FleetFeed> => env.FLEET_FEED.getByName("fleet");

/** @param id the webhook's, as in D1 */
export const webhookOf = (env: Env, id: string): DurableObjectStub<Webhook> => env.WEBHOOK.getByName(id);

/** @param id the location's */
export const siteOf = (env: Env, id: string): DurableObjectStub<Site> => env.SITE.getByName(id);

/** The deployment's outgoing mail. */
export const mailerOf = (env: Pick<Env, "MAILER">): DurableObjectStub<Mailer> => env.MAILER.getByName("mail");

/** @param id the signal's or set point's, with its kind before it */
export const gridOrderOf = (env: Env, kind: OrderKind, id: string): DurableObjectStub<GridOrder> =>
  env.GRID_ORDER.getByName(`${kind}/${id}`);

const shards = (env: Env): number => Math.max(1, Number.parseInt(env.HISTORY_SHARDS, 10) || 1);
