// Has a charger install an image of ours: used by operators and campaigns alike.
import type { CommandFailure } from "../../durable-objects/charge-point/command-request.ts";
import type { TransferPlan } from "../../durable-objects/charge-point/transfers.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import type { Command } from "../../ocpp/facts/command.ts";
import { fail, type Result } from "../../result.ts";
import { baseOf, downloadAddress, type Protocol } from "./address.ts";
import type { ImageRow } from "./image.ts";

export interface FirmwareOrder {
  image: ImageRow;
  chargePoint: { key: string; id: string; fileTransfer: Protocol | null };
  /** A UUID; the same one again sends nothing new. */
  jobId: string;
  protocol: Protocol | null;
  origin: string;
  /** With the image's signature, where it has one. */
  signed: boolean;
  retrieveAt?: Date | undefined;
  installAt?: Date | undefined;
  retries?: number | undefined;
  /** Seconds. */
  retryInterval?: number | undefined;
}

interface Sending {
  offline: "fail" | "queue";
  expiresAt?: number | undefined;
  requestedBy: string;
  waitMs: number;
  conditions?: Pick<TransferPlan, "unlessBusy" | "unlessCharging">;
}

/** Chargers may come for it late, and again. */
const VALID_MS = 7 * 24 * 3_600_000;

export async function sendFirmware(
  env: Env,
  order: FirmwareOrder,
  { offline, expiresAt, requestedBy, waitMs, conditions = {} }: Sending,
): Promise<Result<Command, CommandFailure>> {
  const { image, chargePoint, jobId, origin, signed, retrieveAt, installAt, retries, retryInterval } = order;
  const actor = chargePointOf(env, chargePoint.key);
  const wanted = order.protocol ?? chargePoint.fileTransfer;
  const supported = wanted === null ? await actor.fileTransferProtocols() : null;
  const base = baseOf(env, { supported, wanted, origin });
  if (!base.ok) return fail({ reason: "refused", detail: base.error });
  const from = Math.max(Date.now(), retrieveAt?.getTime() ?? 0, expiresAt ?? 0);
  const grant = {
    ...{ chargePointId: chargePoint.id, jobId, kind: "firmware" as const },
    expiresAt: new Date(from + VALID_MS),
  };
  const { signature, signingCertificate } = image;
  const params = {
    location: downloadAddress(env, base.value, grant, { id: image.fileId, name: image.name }),
    ...{ retrieveAt, installAt, retries, retryInterval },
    ...(signed && signature !== null && signingCertificate !== null ? { signature, signingCertificate } : {}),
  };
  return actor.neutralCommand({ kind: "updateFirmware", params }, { offline, expiresAt, requestedBy }, waitMs, {
    ...{ jobId, firmware: { imageId: image.id, version: image.version } },
    ...conditions,
  });
}
