// One charger's life: it knocks, is let in, speaks, is answered, goes. What operators ask of it is charge-point/desk.ts,
// which this class extends; every verb has a file of its own in charge-point/.

import { logWarning } from "../log.ts";
import type { Fact } from "../ocpp/facts/fact.ts";
import { orThrow } from "../result.ts";
import { type Handshake, readHandshake } from "../workers/handshake.ts";
import { type Admission, admit, refuse } from "./charge-point/admit.ts";
import { heldBack } from "./charge-point/conflict.ts";
import { ChargePointDesk } from "./charge-point/desk.ts";
import { connectionEnded, hungUp, noticeLoss } from "./charge-point/presence.ts";
import { close } from "./charge-point/session.ts";
import { FLAPPING, isFlapping, isOversized, NO_SUBPROTOCOL, OVERSIZED } from "./charge-point/transport.ts";
import { isWatching } from "./charge-point/watch.ts";
import { registryReaderOf } from "./stubs.ts";

export class ChargePoint extends ChargePointDesk {
  /** The charger's WebSocket upgrade, forwarded by the Worker; or that of somebody who watches it. */
  override async fetch(request: Request): Promise<Response> {
    if (isWatching(request)) return this.#watched(request);
    const handshake = readHandshake(request);
    if (handshake === undefined) return new Response("no identity in the path\n", { status: 400 });
    const { door } = this.parts;
    const admission = await this.#admit(handshake);
    if (!admission.ok) return door.refuse(admission.refusal, Date.now());
    const { settings, isNew, agreement } = admission;
    noticeLoss(this.parts, "soon");
    const now = Date.now();
    const { connection: present } = this.parts.session.current() ?? {};
    const held = heldBack(present, handshake, this.parts.state.boot, now) ?? door.enter(now);
    if (held !== undefined) return door.refuse(held, now);
    if (isNew) {
      this.parts.storage.prepare();
      this.parts.state.settings = settings;
    }
    const { client, connection, replaced } = this.parts.session.accept(agreement.row.version, now, handshake.ip);
    const newcomerFact: Fact[] = isNew
      ? [{ kind: "registered", identity: settings.identity, registration: settings.registration }]
      : [];
    this.parts.journal.event(
      now,
      { event: "connected", connectionId: connection.id, subprotocol: agreement.subprotocol ?? null, ip: handshake.ip },
      [
        ...newcomerFact,
        ...this.parts.security.proved(admission),
        { kind: "connected", connectionId: connection.id, version: agreement.row.version, ip: handshake.ip },
        ...(isFlapping(connection.swaps) ? [FLAPPING] : []),
        ...(agreement.subprotocol === undefined ? [NO_SUBPROTOCOL] : []),
      ],
    );
    this.parts.replay.reconnected();
    if (replaced !== undefined) this.parts.calls.connectionLost(replaced.id, now);
    this.parts.calls.pump(now);
    const headers = agreement.subprotocol === undefined ? {} : { "sec-websocket-protocol": agreement.subprotocol };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    const { watchers } = this.parts.watch;
    if (watchers.is(socket)) return watchers.heard(socket);
    const connection = this.parts.session.of(socket);
    if (connection === undefined) return;
    const now = Date.now();
    this.parts.session.touch(socket, connection, now);
    if (isOversized(message)) return this.#refuseOversized(socket, now);
    const text = typeof message === "string" ? message : new TextDecoder().decode(message);
    return this.parts.inbox.take(socket, connection, text, now);
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    const { watchers } = this.parts.watch;
    if (watchers.is(socket)) {
      watchers.left(socket);
      return;
    }
    close(socket, code === 1005 || code === 1006 ? 1000 : code, reason);
    hungUp(this.parts, this.parts.session.of(socket), `closed with ${code} ${reason}`.trim());
  }

  override webSocketError(socket: WebSocket, error: unknown): void {
    const { watchers } = this.parts.watch;
    if (watchers.is(socket)) watchers.left(socket);
    else hungUp(this.parts, this.parts.session.of(socket), `failed: ${String(error)}`);
  }

  override async alarm(): Promise<void> {
    noticeLoss(this.parts);
    await this.parts.deadlines.ring(Date.now());
  }

  #watched(request: Request): Response {
    // So that the snapshot does not show a connection that nobody told us is gone.
    noticeLoss(this.parts);
    return this.parts.watch.accept(request);
  }

  async #admit(handshake: Handshake): Promise<Admission> {
    const { CHARGER_REGISTRATION: registration, CREDENTIALS_KEY: credentialsKey } = this.parts.env;
    let known = this.parts.state.settings;
    if (known === undefined) {
      try {
        const stored = orThrow(await registryReaderOf(this.parts.env, this.parts.key).settings(this.parts.key));
        // Meanwhile the operator may have told something newer.
        known = this.parts.state.settings ?? stored ?? undefined;
      } catch (error) {
        logWarning({ event: "registry_unavailable", chargePoint: this.parts.key, detail: String(error) });
        return refuse("registry_unavailable");
      }
      if (known !== undefined) this.configure(known);
    }
    const { security, boot } = this.parts.state;
    return admit(
      handshake,
      known,
      { registration, credentialsKey, organisation: this.parts.env.CERTIFICATE_ORGANISATION },
      {
        passwords: security.passwords(),
        targetProfile: security.targetProfile(),
        serialNumber: boot?.station.serialNumber,
      },
    );
  }

  #refuseOversized(socket: WebSocket, now: number): void {
    this.parts.journal.event(now, { event: "frame_oversized" }, [OVERSIZED]);
    close(socket, 1009, "frames above 1 MiB are not accepted");
    connectionEnded(this.parts, this.parts.session.of(socket), "sent a frame above 1 MiB");
  }
}
