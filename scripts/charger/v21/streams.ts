/** Periodic event streams: what a monitor measures, gathered and sent without wanting an answer. */
import { ask21, type Context, tell21 } from "../v201/context.ts";
import type { Handlers21, v21 } from "../v201/messages.ts";
import type { StreamSink } from "../v201/monitoring.ts";
import { iso, reason } from "../v201/types.ts";

export interface Streams {
  handlers: Handlers21;
  sink: StreamSink;
}

interface Stream {
  constant: v21.ConstantStreamDataType;
  basetime: number;
  data: v21.StreamDataElementType[];
  cancelFlush(): void;
}

const DEFAULT_INTERVAL_S = 60;

export function createStreams(context: Context): Streams {
  const { timers, link } = context;
  /** By monitor. */
  const streams = new Map<number, Stream>();
  let lastId = 0;

  const byId = (id: number) => [...streams.values()].find(({ constant }) => constant.id === id);

  async function open(stream: Stream): Promise<void> {
    const { constant } = stream;
    const answer = await ask21(context, "OpenPeriodicEventStream", { constantStreamData: constant });
    if (streams.get(constant.variableMonitoringId) !== stream) return;
    if (answer?.status === "Accepted") scheduleFlush(stream);
    else streams.delete(constant.variableMonitoringId);
  }

  function scheduleFlush(stream: Stream): void {
    stream.cancelFlush();
    const { interval = DEFAULT_INTERVAL_S } = stream.constant.params;
    stream.cancelFlush = timers.after(interval * 1000, () => flush(stream));
  }

  function flush(stream: Stream): void {
    const data = stream.data.splice(0);
    if (data.length > 0 && context.accepted) {
      const payload: v21.NotifyPeriodicEventStreamRequest = {
        id: stream.constant.id,
        pending: 0,
        basetime: iso(stream.basetime),
        data,
      };
      link.send("NotifyPeriodicEventStream", payload);
    }
    stream.basetime = timers.now();
    scheduleFlush(stream);
  }

  return {
    sink: {
      opened({ id: variableMonitoringId }, params) {
        lastId += 1;
        const stream: Stream = {
          constant: { id: lastId, params, variableMonitoringId },
          basetime: timers.now(),
          data: [],
          cancelFlush: () => {},
        };
        streams.set(variableMonitoringId, stream);
        // Not at once: the answer that names the monitor has to leave first.
        setImmediate(() => void open(stream));
      },
      closed(monitorId) {
        const stream = streams.get(monitorId);
        if (!stream) return;
        stream.cancelFlush();
        streams.delete(monitorId);
        void tell21(context, "ClosePeriodicEventStream", { id: stream.constant.id });
      },
      sample(monitorId, value) {
        const stream = streams.get(monitorId);
        if (!stream) return false;
        const seconds = Math.max(0, (timers.now() - stream.basetime) / 1000);
        stream.data.push({ t: Math.round(seconds * 10) / 10, v: value });
        if (stream.data.length >= (stream.constant.params.values ?? Infinity)) flush(stream);
        return true;
      },
    },
    handlers: {
      AdjustPeriodicEventStream({ id, params }) {
        const stream = byId(id);
        if (!stream) return { response: { status: "Rejected", ...reason("UnknownStream") } };
        stream.constant = { ...stream.constant, params };
        scheduleFlush(stream);
        return { response: { status: "Accepted" } };
      },
      GetPeriodicEventStream() {
        const constantStreamData = [...streams.values()].map(({ constant }) => constant);
        return { response: constantStreamData.length > 0 ? { constantStreamData } : {} };
      },
    },
  };
}
