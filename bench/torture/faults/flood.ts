// One charger says all it can without waiting, and the others are watched: first in peace, then beside it.
import { randomUUID } from "node:crypto";
import { Latency } from "../../load/latency.ts";
import { Line } from "../chargers/line.ts";
import { Book } from "../judge/book.ts";
import type { Rack } from "../rack.ts";

const IN_FLIGHT = 200;

export async function flood(rack: Rack): Promise<void> {
  const resume = rack.quiet();
  try {
    const calm = new Latency();
    rack.watch = calm;
    await rack.pass(4, 4);
    const beside = new Latency();
    rack.watch = beside;
    const begin = performance.now();
    const answered = await pour(rack, rack.pass(4, 4));
    const seconds = (performance.now() - begin) / 1000;
    rack.watch = undefined;
    rack.floods.push({
      calmP99: calm.quantiles().p99,
      floodP99: beside.quantiles().p99,
      floodPerSecond: answered / seconds,
    });
  } finally {
    rack.watch = undefined;
    resume();
  }
}

/** Statuses, each with a mark of its own: a flood is judged like anybody else. @returns how many were answered */
async function pour(rack: Rack, over: Promise<unknown>): Promise<number> {
  const [dialect] = rack.dialects;
  if (dialect === undefined) return 0;
  rack.floodBook ??= new Book("RACK-FLOOD");
  const book = rack.floodBook;
  const waiting = new Map<string, ReturnType<typeof dialect.status>>();
  let answered = 0;
  let isOver = false;
  const { promise: drained, resolve: drain } = Promise.withResolvers<void>();
  const line = await Line.dial(`${rack.control.chargerUrl}/${book.id}`, dialect.subprotocol, {
    onText: (text) => {
      const [, id]: unknown[] = JSON.parse(text);
      const message = waiting.get(String(id));
      if (message === undefined) return;
      waiting.delete(String(id));
      book.answered(message.claims);
      answered += 1;
      if (!isOver) say();
      else if (waiting.size === 0) drain();
    },
    onClose: () => drain(),
  });
  if (line === undefined) return 0;
  const say = () => {
    const id = randomUUID();
    const message = dialect.status(1, rack.random.chance(0.5), Date.now(), id);
    waiting.set(id, message);
    book.sent(message.claims);
    line.send(JSON.stringify([2, id, message.action, message.payload]));
  };
  line.send(JSON.stringify([2, randomUUID(), dialect.boot.action, dialect.boot.payload]));
  for (let count = 0; count < IN_FLIGHT; count += 1) say();
  await over;
  isOver = true;
  await drained;
  await line.close();
  return answered;
}
