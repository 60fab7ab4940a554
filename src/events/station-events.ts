// What is told of a charger itself: its connection, boots, connectors, security and findings.
import { z } from "@hono/zod-openapi";
import type { FactKind } from "../ocpp/facts/fact.ts";
import { Timestamp } from "../shapes.ts";
import { REGISTRATIONS } from "../workers/routes/charge-point.ts";
import { type Announcement, announce, iso } from "./event.ts";

type StationKind =
  | "registered"
  | "connected"
  | "disconnected"
  | "seen"
  | "booted"
  | "connectorStatus"
  | "availability"
  | "firmwareStatus"
  | "diagnosticsStatus"
  | "finding"
  | "clock"
  | "securityEvent"
  | "certificateRequest"
  | "certificatesListed"
  | "certificateInstalled"
  | "certificateDeleted"
  | "passwordPending"
  | "passwordAnswered"
  | "passwordTaken"
  | "profileTargeted"
  | "profileReached";

type Announcements = { [K in StationKind & FactKind]: Announcement<K> };

const registration = z.enum(REGISTRATIONS);
const text = z.string().optional();
const place = { evseId: z.int(), connectorId: z.int() };

const Station = z.object({
  vendor: text,
  model: text,
  serialNumber: text,
  firmwareVersion: text,
  iccid: text,
  imsi: text,
  meterType: text,
  meterSerialNumber: text,
});

const BY_COMMAND = "the command that carries it tells";

export const STATION_EVENTS: Announcements = {
  registered: announce(
    "charge-point.registered",
    "A charger that nobody had registered was let in.",
    z.object({ registration }),
    ({ registration }) => ({ registration }),
  ),
  connected: announce(
    "charge-point.connected",
    "Its socket was accepted.",
    z.object({ connectionId: z.string(), ocppVersion: z.string() }),
    ({ connectionId, version }) => ({ connectionId, ocppVersion: version }),
  ),
  disconnected: announce(
    "charge-point.disconnected",
    "Its socket is gone.",
    z.object({ connectionId: z.string(), reason: z.string() }),
    ({ connectionId, reason }) => ({ connectionId, reason }),
  ),
  clock: { silent: "shown as clockOffset; a finding tells of it" },
  seen: { silent: "the hourly sweep found it connected, as it was before" },
  booted: announce(
    "charge-point.booted",
    "It sent a BootNotification.",
    z.object({ registration, reason: text, station: Station }),
    ({ registration, reason, station }) => ({ registration, reason, station }),
  ),
  connectorStatus: announce(
    "connector.status",
    "It told the status of a connector; connector 0 is the charger itself.",
    z.object({
      ...place,
      status: z.string(),
      errorCode: text,
      info: text,
      vendorId: text,
      vendorErrorCode: text,
      statusAt: Timestamp,
    }),
    ({ status: { statusAt, ...status } }) => ({ ...status, statusAt: iso(statusAt) }),
  ),
  availability: announce(
    "availability.changed",
    "It took a ChangeAvailability, at once or for later.",
    z.object({ ...place, operative: z.boolean(), scheduled: z.boolean() }),
    ({ availability }) => ({ ...availability }),
  ),
  firmwareStatus: announce(
    "firmware.status",
    "It told how far its firmware update is.",
    z.object({ status: z.string() }),
    ({ status }) => ({ status }),
  ),
  diagnosticsStatus: announce(
    "diagnostics.status",
    "It told how far its upload of logs is.",
    z.object({ status: z.string() }),
    ({ status }) => ({ status }),
  ),
  finding: announce(
    "finding.noted",
    "It did something against the specification, or something that an operator should see.",
    z.object({ code: z.string(), detail: z.string() }),
    ({ code, detail }) => ({ code, detail }),
  ),
  securityEvent: announce(
    "security.event",
    "It told a security event.",
    z.object({ type: z.string(), critical: z.boolean(), techInfo: text, occurredAt: Timestamp }),
    ({ event: { occurredAt, ...event } }) => ({ ...event, occurredAt: iso(occurredAt) }),
  ),
  certificateRequest: announce(
    "certificate.request",
    "Its request for a certificate came, or came to something.",
    z.object({ id: z.string(), certificateType: text, status: z.string(), detail: text, commandId: text }),
    ({ request: { id, use, status, detail, commandId } }) => ({ id, certificateType: use, status, detail, commandId }),
  ),
  certificatesListed: announce(
    "certificates.listed",
    "It told which certificates it has installed; `types` null means all of them.",
    z.object({ types: z.array(z.string()).nullable(), count: z.int() }),
    ({ types, certificates }) => ({ types, count: certificates.length }),
  ),
  certificateInstalled: announce(
    "certificate.installed",
    "It took a certificate.",
    z.object({ certificateType: z.string(), hashData: z.record(z.string(), z.unknown()) }),
    ({ certificate: { certificateType, hashData } }) => ({ certificateType, hashData: { ...hashData } }),
  ),
  certificateDeleted: announce(
    "certificate.deleted",
    "It deleted a certificate; `key` is its hash data in one text.",
    z.object({ key: z.string() }),
    ({ key }) => ({ key }),
  ),
  passwordPending: { silent: BY_COMMAND },
  passwordAnswered: { silent: BY_COMMAND },
  passwordTaken: announce(
    "charge-point.password-changed",
    "It came with its new password: the old one is void.",
    z.object({}),
    () => ({}),
  ),
  profileTargeted: { silent: BY_COMMAND },
  profileReached: announce(
    "charge-point.security-profile-changed",
    "It came under its new security profile: the old one is void.",
    z.object({ profile: z.int(), previous: z.int() }),
    ({ profile, previous }) => ({ profile, previous }),
  ),
};
