// Runs beside a server that is measured or tormented: throws actors out of memory, and asks them what they counted.
import unsafe from "workerd:unsafe";

const actorOf = (env, className, name) => env[className].get(env[className].idFromName(name));

/** Nobody to evict, or somebody who was asked something anew whenever the runtime waited for his last work to end. */
const CANNOT = /not currently running|still has active references/;

const DEEDS = {
  /** At rest: waits for what is on its way, and keeps the sockets. Answers whether it was evicted. */
  async evict(env, { className, name }) {
    try {
      await unsafe.evict(actorOf(env, className, name), { webSockets: "hibernate" });
      return true;
    } catch (error) {
      if (CANNOT.test(String(error))) return false;
      throw error;
    }
  },
  /** In the midst of its work, which nobody waits for; its sockets die, too. */
  async abort(env, { className, name, method }) {
    try {
      await actorOf(env, className, name)[method]();
    } catch {
      // What ends the actor ends the call, too.
      return true;
    }
    return false;
  },
  counters: (env, { shards }) =>
    Promise.all(
      Array.from({ length: shards }, (_, shard) => actorOf(env, "HistoryWriter", `history-${shard}`).counters()),
    ),
};

export default {
  async fetch(request, env) {
    if (request.headers.get("authorization") !== `Bearer ${env.TOKEN}`) return new Response(null, { status: 404 });
    const { deed, ...what } = await request.json();
    return Response.json(await DEEDS[deed](env, what));
  },
};
