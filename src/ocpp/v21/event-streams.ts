// Periodic event streams, OCPP 2.1 part 2, block N: what a monitor sees, in SEND frames that are never answered.
import type { Fact } from "../facts/fact.ts";
import type { OpenPeriodicEventStreamResponse } from "../generated/types-v21.ts";
import { type Effects, effect, type Handlers } from "../handler.ts";
import { drop, hold } from "../held.ts";
import { integer, list, type Payload, record } from "../read.ts";

export const eventStreams: Handlers = {
  OpenPeriodicEventStream: {
    tolerance: "values",
    summary: "the stream is accepted and shown under /api/charge-points/{id}/event-streams",
    handle(_station, payload) {
      const response: OpenPeriodicEventStreamResponse = { status: "Accepted" };
      return { response, facts: opened(payload.constantStreamData) };
    },
  },

  ClosePeriodicEventStream: {
    tolerance: "values",
    summary: "the stream leaves /api/charge-points/{id}/event-streams; its values stay",
    handle(_station, payload) {
      const id = integer(payload.id);
      return { response: {}, facts: id === undefined ? [] : [drop({ kind: "eventStream", keys: [String(id)] })] };
    },
  },

  NotifyPeriodicEventStream: {
    tolerance: "any",
    summary: "the values are kept in chunks, shown under /api/charge-points/{id}/event-streams/{streamId}/values",
    handle(_station, payload) {
      const streamId = integer(payload.id);
      const isUsable = streamId !== undefined && list(payload.data).length > 0;
      // A SEND has no answer: the response is for the form.
      return { response: {}, facts: isUsable ? [{ kind: "streamValues", streamId }] : [] };
    },
  },
};

export const eventStreamEffects: Effects = {
  AdjustPeriodicEventStream: effect("accepted parameters are shown on the stream", (request, { status }) => {
    const id = integer(request.id);
    if (status !== "Accepted" || id === undefined) return [];
    const data = { id, params: request.params };
    return [hold({ kind: "eventStream", key: String(id), evseId: 0, data, merge: true })];
  }),

  GetPeriodicEventStream: effect("the streams of the answer are those that are shown as open", (_request, response) => {
    const streams = list(response.constantStreamData);
    const except = streams.flatMap((stream) => String(integer(record(stream).id) ?? ""));
    return [...streams.flatMap(opened), drop({ kind: "eventStream", except })];
  }),
};

function opened(stream: unknown): Fact[] {
  const data: Payload = record(stream);
  const id = integer(data.id);
  return id === undefined ? [] : [hold({ kind: "eventStream", key: String(id), evseId: 0, data })];
}
