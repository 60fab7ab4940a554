// A campaign's rows: what its turns read, and the guarded statements by which it moves on. Guards make a statement of an
// older driver, or one that raced with an operator's word, change nothing.

import type { firmwareCampaigns, MEMBER_STATES } from "../../db/schema.ts";
import type { CampaignSettings } from "../../firmware/campaign.ts";
import type { Settled } from "../../firmware/settle.ts";
import type { Job } from "../../ocpp/job.ts";

export type CampaignRow = typeof firmwareCampaigns.$inferSelect;
export type CampaignState = CampaignRow["state"];
export type MemberState = (typeof MEMBER_STATES)[number];

export interface Campaign {
  id: string;
  imageId: string;
  state: CampaignState;
  settings: CampaignSettings;
  wave: number;
  waves: number;
  generation: number;
  pardoned: { failed: number; ended: number };
  createdBy: string;
  /** Epoch milliseconds. */
  startsAt: number | null;
  endsAt: number | null;
  waveStartedAt: number | null;
}

/** A charger's part in it. */
export interface Member {
  chargePoint: string;
  attempts: number;
}

export interface Updating extends Member {
  jobId: string;
  /** Undefined: it is not in D1 yet. */
  job: Job | undefined;
  /** Epoch milliseconds. */
  updatedAt: number;
}

interface CampaignColumns {
  id: string;
  image_id: string;
  state: CampaignState;
  settings: string;
  wave: number;
  waves: number;
  generation: number;
  pardoned_failed: number;
  pardoned_ended: number;
  created_by: string;
  starts_at: number | null;
  ends_at: number | null;
  wave_started_at: number | null;
}

export class CampaignStore {
  readonly #db: D1Database;
  readonly #id: string;

  constructor(db: D1Database, id: string) {
    this.#db = db;
    this.#id = id;
  }

  async read(): Promise<Campaign | undefined> {
    const row = await this.#run("SELECT * FROM firmware_campaigns WHERE id = ?", this.#id).first<CampaignColumns>();
    if (row === null) return undefined;
    const settings: CampaignSettings = JSON.parse(row.settings);
    return {
      ...{ id: row.id, imageId: row.image_id, state: row.state, settings, wave: row.wave, waves: row.waves },
      ...{ generation: row.generation, createdBy: row.created_by, startsAt: row.starts_at, endsAt: row.ends_at },
      pardoned: { failed: row.pardoned_failed, ended: row.pardoned_ended },
      waveStartedAt: row.wave_started_at,
    };
  }

  async counts(): Promise<Record<MemberState, number>> {
    const { results } = await this.#run(
      "SELECT state, count(*) AS n FROM firmware_campaign_members WHERE campaign_id = ? GROUP BY state",
      this.#id,
    ).all<{ state: MemberState; n: number }>();
    const counts = { waiting: 0, updating: 0, installed: 0, failed: 0, skipped: 0, notReached: 0, aborted: 0 };
    for (const { state, n } of results) counts[state] = n;
    return counts;
  }

  async updating(): Promise<Updating[]> {
    const { results } = await this.#run(
      `SELECT m.charge_point, m.attempts, m.job_id, m.updated_at, j.job FROM firmware_campaign_members m
       LEFT JOIN jobs j ON j.id = m.job_id WHERE m.campaign_id = ? AND m.state = 'updating'`,
      this.#id,
    ).all<{ charge_point: string; attempts: number; job_id: string; updated_at: number; job: string | null }>();
    return results.map((row) => ({
      ...{ chargePoint: row.charge_point, attempts: row.attempts, jobId: row.job_id, updatedAt: row.updated_at },
      job: row.job === null ? undefined : parseJob(row.job),
    }));
  }

  /** Chargers that are online and whose turn it is. */
  async ready(wave: number, now: number, limit: number): Promise<Member[]> {
    const { results } = await this.#run(
      `SELECT m.charge_point, m.attempts FROM firmware_campaign_members m
       JOIN charge_points c ON c.key = m.charge_point
       WHERE m.campaign_id = ? AND m.state = 'waiting' AND m.wave <= ? AND coalesce(m.not_before, 0) <= ? AND c.connected = 1
       ORDER BY m.wave, m.charge_point LIMIT ?`,
      ...[this.#id, wave, now, limit],
    ).all<{ charge_point: string; attempts: number }>();
    return results.map((row) => ({ chargePoint: row.charge_point, attempts: row.attempts }));
  }

  /** Chargers up to this wave that will have their turn by themselves: not the offline, charging and busy ones. */
  async pending(wave: number): Promise<number> {
    const row = await this.#run(
      `SELECT count(*) AS n FROM firmware_campaign_members m JOIN charge_points c ON c.key = m.charge_point
       WHERE m.campaign_id = ? AND m.state = 'waiting' AND m.wave <= ? AND c.connected = 1
         AND coalesce(m.reason, '') NOT IN ('charging', 'busy')`,
      ...[this.#id, wave],
    ).first<{ n: number }>();
    return row?.n ?? 0;
  }

  /** @returns whether it still may: an operator can have paused it in this very moment */
  async claim(member: Member, { generation }: Campaign, jobId: string, now: number): Promise<boolean> {
    const { meta } = await this.#run(
      `UPDATE firmware_campaign_members SET state = 'updating', reason = NULL, job_id = ?, attempts = attempts + 1,
         updated_at = ?, started_at = coalesce(started_at, ?)
       WHERE campaign_id = ? AND charge_point = ? AND state = 'waiting'
         AND EXISTS (SELECT 1 FROM firmware_campaigns WHERE id = ? AND state = 'running' AND generation = ?)`,
      ...[jobId, now, now, this.#id, member.chargePoint, this.#id, generation],
    ).run();
    return meta.changes > 0;
  }

  /** Back among those that wait. `counts`: the attempt was one. */
  async putBack(member: Member, reason: string, notBefore: number, counts: boolean, now: number): Promise<void> {
    await this.#run(
      `UPDATE firmware_campaign_members SET state = 'waiting', reason = ?, not_before = ?, updated_at = ?,
         attempts = attempts - ?, job_id = CASE WHEN ? THEN job_id END
       WHERE campaign_id = ? AND charge_point = ? AND state = 'updating'`,
      ...[reason, notBefore, now, counts ? 0 : 1, counts ? 1 : 0, this.#id, member.chargePoint],
    ).run();
  }

  async end(
    { chargePoint }: Member,
    { state, reason, versionAfter }: Settled | { state: "skipped" | "aborted"; reason: string; versionAfter: null },
    now: number,
  ): Promise<void> {
    await this.#run(
      `UPDATE firmware_campaign_members SET state = ?, reason = ?, version_after = ?, updated_at = ?, finished_at = ?
       WHERE campaign_id = ? AND charge_point = ? AND state IN ('waiting', 'updating')`,
      ...[state, reason.slice(0, 500), versionAfter, now, now, this.#id, chargePoint],
    ).run();
  }

  /** All that still wait. */
  async endWaiting(state: "notReached" | "aborted", reason: string, now: number): Promise<void> {
    await this.#run(
      `UPDATE firmware_campaign_members SET state = ?, finished_at = ?, updated_at = ?,
         reason = CASE WHEN reason IN ('charging', 'busy', 'retry') THEN reason ELSE ? END
       WHERE campaign_id = ? AND state = 'waiting'`,
      ...[state, now, now, reason, this.#id],
    ).run();
  }

  /** @returns whether it was in one of the states, and of this driver */
  async move(
    { generation }: Pick<Campaign, "generation">,
    from: readonly CampaignState[],
    columns: Record<string, string | number | null>,
    now: number,
  ): Promise<boolean> {
    const names = Object.keys(columns);
    const { meta } = await this.#run(
      `UPDATE firmware_campaigns SET ${names.map((name) => `${name} = ?, `).join("")}updated_at = ?
       WHERE id = ? AND generation = ? AND state IN (${from.map(() => "?").join(", ")})`,
      ...[...Object.values(columns), now, this.#id, generation, ...from],
    ).run();
    return meta.changes > 0;
  }

  /** Chargers and the order of their turns, all at once: those that are there come first. */
  async enrol(keys: readonly { key: string; version: string | null }[], waves: readonly number[], now: number) {
    const ends = waves.map((_, index) => waves.slice(0, index + 1).reduce((a, b) => a + b, 0));
    const waveOf = (place: number) => ends.findIndex((end) => place < end);
    const rows = keys.map(({ key, version }, place) => ({ key, version, wave: waveOf(place) }));
    const insert = `INSERT INTO firmware_campaign_members (campaign_id, charge_point, wave, state, version_before, updated_at)
      SELECT ?, value ->> 'key', value ->> 'wave', 'waiting', value ->> 'version', ? FROM json_each(?)
      WHERE true ON CONFLICT DO NOTHING`;
    for (let from = 0; from < rows.length; from += ENROLLED_AT_ONCE) {
      await this.#run(insert, this.#id, now, JSON.stringify(rows.slice(from, from + ENROLLED_AT_ONCE))).run();
    }
  }

  #run(sql: string, ...values: (string | number | null)[]): D1PreparedStatement {
    return this.#db.prepare(sql).bind(...values);
  }
}

const ENROLLED_AT_ONCE = 1000;

/** The column is written by the history projections alone. */
function parseJob(text: string): Job {
  const job: Job = JSON.parse(text);
  return job;
}
