// One turn of a campaign: settle what has ended, see whether too much has failed, let the next chargers begin, and say
// when to look again. Everything that it knows is in D1, so a turn may die anywhere and be taken again.

import { cutWaves } from "../../firmware/campaign.ts";
import { tooManyFailures } from "../../firmware/failures.ts";
import { settled } from "../../firmware/settle.ts";
import { isOpen, type Opening, openingAt } from "../../firmware/window.ts";
import { findImage, type ImageRow } from "../firmware/image.ts";
import { dispatch } from "./dispatch.ts";
import { type Campaign, CampaignStore, type Updating } from "./store.ts";
import { findTargets } from "./targets.ts";

/** Null: the campaign needs no more turns, or not by this driver. */
export type Rest = number | null;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Nothing is so far away that a driver should sleep through it all. */
const LONGEST_REST_MS = 60 * MINUTE_MS;
/** A command that was to go out and of which D1 knows nothing: the turn died in between. */
const UNHEARD_MS = MINUTE_MS;

/** The platform bounds what one invocation may call. */
const MAX_A_TURN = 100;
const AT_ONCE = 10;

/** Anything may be thrown: the driver takes the turn again. @returns milliseconds until the next one */
export async function takeTurn(env: Env, id: string, generation: number, now: number): Promise<Rest> {
  const store = new CampaignStore(env.DB, id);
  const campaign = await store.read();
  if (campaign === undefined || campaign.generation !== generation) return null;
  const rest = await turn(env, store, campaign, now);
  const columns = { next_turn_at: rest === null ? null : now + rest };
  await store.move(campaign, ["scheduled", "running", "paused", "finished", "aborted"], columns, now);
  return rest;
}

async function turn(env: Env, store: CampaignStore, campaign: Campaign, now: number): Promise<Rest> {
  const pause = turnPauseMs(env);
  if (campaign.state === "scheduled") {
    const wait = (campaign.startsAt ?? now) - now;
    return wait > 0 ? Math.min(wait, LONGEST_REST_MS) : begin(env, store, campaign, now);
  }
  if (campaign.state === "draft" || campaign.state === "finished") return null;
  const image = await findImage(env, campaign.imageId);
  if (image === undefined) return withoutImage(store, campaign, now);
  for (const member of await store.updating()) await settle(env, store, campaign, image, member, now);
  const { updating } = await store.counts();
  // Nobody is called back: what is under way goes on, and is reported.
  if (campaign.state !== "running") return updating > 0 ? pause : null;
  return advance(env, store, campaign, image, now);
}

async function begin(env: Env, store: CampaignStore, campaign: Campaign, now: number): Promise<Rest> {
  const { settings } = campaign;
  const image = await findImage(env, campaign.imageId);
  if (image === undefined) return withoutImage(store, campaign, now);
  const targets = await findTargets(env, settings, image);
  const waves = cutWaves(targets.length, settings.waves);
  await store.enrol(targets, waves, now);
  const columns = { state: "running", waves: waves.length, wave: 0, started_at: now, wave_started_at: now };
  await store.move(campaign, ["scheduled"], columns, now);
  return 0;
}

/** Deleted in the moment between its being chosen and the campaign's being there. */
async function withoutImage(store: CampaignStore, campaign: Campaign, now: number): Promise<Rest> {
  await store.endWaiting("aborted", "aborted", now);
  const columns = { state: "aborted", reason: "its firmware image is gone", finished_at: now };
  await store.move(campaign, ["scheduled", "running", "paused"], columns, now);
  return null;
}

async function settle(
  env: Env,
  store: CampaignStore,
  campaign: Campaign,
  image: ImageRow,
  member: Updating,
  now: number,
): Promise<void> {
  if (member.job === undefined) {
    if (now - member.updatedAt >= UNHEARD_MS) await askAgain(env, store, campaign, image, member, now);
    return;
  }
  const end = settled(member.job, now);
  if (end === undefined) return;
  const { attempts, pauseMinutes } = campaign.settings.retry;
  const mayRetry = end.state === "failed" && member.attempts < attempts && campaign.state !== "aborted";
  if (mayRetry) await store.putBack(member, "retry", now + pauseMinutes * MINUTE_MS, true, now);
  else await store.end(member, end, now);
}

/** Under the same job id: if the charger has the command already, it does not get it again. */
async function askAgain(
  env: Env,
  store: CampaignStore,
  campaign: Campaign,
  image: ImageRow,
  member: Updating,
  now: number,
): Promise<void> {
  if (campaign.state === "running") return dispatch(env, store, campaign, image, member, now);
  if (campaign.state === "paused") return store.putBack(member, "retry", now, false, now);
  return store.end(member, { state: "aborted", reason: "it was not asked", versionAfter: null }, now);
}

async function advance(
  env: Env,
  store: CampaignStore,
  campaign: Campaign,
  image: ImageRow,
  now: number,
): Promise<Rest> {
  const { settings } = campaign;
  const counts = await store.counts();
  const ends = { failed: counts.failed, ended: counts.failed + counts.installed };
  const trouble = tooManyFailures(settings.pauseOnFailures, ends, campaign.pardoned);
  if (trouble !== undefined) {
    await store.move(campaign, ["running"], { state: "paused", reason: trouble }, now);
    return counts.updating > 0 ? turnPauseMs(env) : null;
  }
  const opening = settings.window === null ? undefined : openingAt(settings.window, now);
  const isOver = campaign.endsAt !== null && now >= campaign.endsAt;
  if (!isOver && (opening === undefined || isOpen(opening, now))) {
    const free = Math.min(settings.concurrency - counts.updating, MAX_A_TURN);
    const ready = free > 0 ? await store.ready(campaign.wave, now, free) : [];
    for (let from = 0; from < ready.length; from += AT_ONCE) {
      await Promise.all(
        ready.slice(from, from + AT_ONCE).map(async (member) => {
          const jobId = crypto.randomUUID();
          if (!(await store.claim(member, campaign, jobId, now))) return;
          await dispatch(env, store, campaign, image, { ...member, jobId }, now);
        }),
      );
    }
  }
  return conclude(env, store, campaign, { opening, isOver }, now);
}

async function conclude(
  env: Env,
  store: CampaignStore,
  campaign: Campaign,
  { opening, isOver }: { opening: Opening | undefined; isOver: boolean },
  now: number,
): Promise<Rest> {
  const pause = turnPauseMs(env);
  const { waiting, updating } = await store.counts();
  if (updating > 0) return (await nextWave(store, campaign, now)) ? 0 : pause;
  const isLast = campaign.wave + 1 >= campaign.waves;
  if (waiting === 0) return finish(store, campaign, campaign.waves === 0 ? "no charge point fits" : null, now);
  if (isOver) return finish(store, campaign, "its end has come", now);
  if (await nextWave(store, campaign, now)) return 0;
  const isClosed = opening !== undefined && !isOpen(opening, now);
  // Only those are left that were not there, or not free: they had until the end of the window, or a day.
  const wasLong = opening === undefined && now >= (campaign.waveStartedAt ?? now) + DAY_MS;
  const pending = await store.pending(campaign.wave);
  if (isLast && pending === 0 && campaign.endsAt === null && (isClosed || wasLong)) {
    return finish(store, campaign, opening === undefined ? "they had a day" : "the window has closed", now);
  }
  const until = Math.min(campaign.endsAt ?? Infinity, isClosed ? opening.from : Infinity);
  return isClosed ? Math.max(0, Math.min(until - now, LONGEST_REST_MS)) : pause;
}

/** @returns whether another wave has begun: all of those before have ended, but for those that nobody can reach */
async function nextWave(store: CampaignStore, campaign: Campaign, now: number): Promise<boolean> {
  if (campaign.wave + 1 >= campaign.waves) return false;
  const { updating } = await store.counts();
  if (updating > 0 || (await store.pending(campaign.wave)) > 0) return false;
  return store.move(campaign, ["running"], { wave: campaign.wave + 1, wave_started_at: now }, now);
}

async function finish(store: CampaignStore, campaign: Campaign, reason: string | null, now: number): Promise<Rest> {
  await store.endWaiting("notReached", "offline", now);
  await store.move(campaign, ["running"], { state: "finished", reason, finished_at: now }, now);
  return null;
}

const DEFAULT_TURN_SECONDS = 15;

function turnPauseMs(env: Env): number {
  const seconds = Number(env.CAMPAIGN_TURN_SECONDS);
  return (Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_TURN_SECONDS) * 1000;
}
