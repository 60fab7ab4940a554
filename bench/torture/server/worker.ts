// Our own Worker with a watch over it: whatever escapes from an actor's method or a handler, and every rejection that
// nobody handled, is printed under a mark that control.ts looks for. workerd itself says nothing of most of them.
import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from "cloudflare:workers";
import * as ours from "../../../src/workers/index.ts";
import { ABORT, ABORTED, MARK } from "./mark.ts";

export * from "../../../src/workers/index.ts";

const report = (where: string, error: unknown) => {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(`${MARK} ${where}: ${told.replaceAll("\n", " | ")}`);
};

addEventListener("unhandledrejection", ({ reason }) => report("unhandled rejection", reason));

/** The platform's own way of ending an actor, and of telling so, is no fault of ours. */
const isFated = (error: unknown): boolean => error instanceof Error && "durableObjectReset" in error;

function watched(where: string, method: (...args: unknown[]) => unknown) {
  const complain = (error: unknown): never => {
    if (!isFated(error)) report(where, error);
    throw error;
  };
  return function (this: unknown, ...args: unknown[]): unknown {
    try {
      const result = method.apply(this, args);
      return result instanceof Promise ? result.catch(complain) : result;
    } catch (error) {
      return complain(error);
    }
  };
}

const PLATFORM: readonly object[] = [DurableObject, WorkerEntrypoint, WorkflowEntrypoint, Object].map(
  ({ prototype }) => prototype,
);

/** Every method of an actor, also those of its own base classes; the platform's are left alone. */
function watch(name: string, prototype: object): void {
  for (const method of Object.getOwnPropertyNames(prototype)) {
    const { value } = Object.getOwnPropertyDescriptor(prototype, method) ?? {};
    if (method === "constructor" || typeof value !== "function") continue;
    Object.defineProperty(prototype, method, { value: watched(`${name}.${method}`, value) });
  }
  const base: unknown = Object.getPrototypeOf(prototype);
  if (typeof base === "object" && base !== null && !PLATFORM.includes(base)) watch(name, base);
}

for (const [name, exported] of Object.entries(ours))
  if (typeof exported === "function") watch(name, exported.prototype);

/** What of an actor's work is on its way then, nobody waits for: a crash of one. */
function abortOnTheRack(this: { ctx: DurableObjectState }): void {
  this.ctx.abort(ABORTED);
}
for (const { prototype } of [ours.ChargePoint, ours.HistoryWriter])
  Object.defineProperty(prototype, ABORT, { value: abortOnTheRack });

export default {
  fetch: async (request, env, ctx) => {
    try {
      return await ours.default.fetch(request, env, watchedContext(ctx));
    } catch (error) {
      report("fetch", error);
      throw error;
    }
  },
  async scheduled(event, env) {
    try {
      await ours.default.scheduled(event, env);
    } catch (error) {
      report("scheduled", error);
      throw error;
    }
  },
} satisfies ExportedHandler<Env>;

/** Work after the answer fails silently otherwise. */
function watchedContext(ctx: ExecutionContext): ExecutionContext {
  const waitUntil = ctx.waitUntil.bind(ctx);
  return new Proxy(ctx, {
    get(target, name) {
      if (name === "waitUntil")
        return (work: Promise<unknown>) => waitUntil(work.catch((error) => report("waitUntil", error)));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
