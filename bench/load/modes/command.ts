// An operator's command: REST in, CALL to the charger, its answer out. The latency is the operator's.
import { Agent, request } from "node:http";
import { DIALECTS } from "../dialects.ts";
import { assemble, disband } from "../fleet.ts";
import type { LoadOptions } from "../options.ts";
import type { Progress } from "../progress.ts";
import { Score, type Tally } from "../score.ts";

const COMMAND = JSON.stringify({ action: "TriggerMessage", payload: { requestedMessage: "Heartbeat" } });
const ACTION = { action: "TriggerMessage" };

interface HttpAnswer {
  status: number;
  body: string;
}

export async function command(options: LoadOptions, progress: Progress): Promise<Tally> {
  const score = new Score();
  const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency });
  const headers = await signIn(options, agent);
  const fleet = await assemble({ ...options, dialect: DIALECTS[options.version], score });
  let end = performance.now() + options.warmup * 1000;
  const operate = async (operator: number) => {
    for (let turn = operator; performance.now() < end; turn += options.concurrency) {
      const { identity } = fleet[turn % fleet.length] ?? { identity: "" };
      const sentAt = performance.now();
      const { status, body } = await post(
        `${options.api}/api/charge-points/${identity}/commands`,
        COMMAND,
        headers,
        agent,
      );
      score.answered(ACTION, performance.now() - sentAt, status === 200 && isAccepted(body), `${status} ${body}`);
    }
  };
  const all = () => Promise.all(Array.from({ length: options.concurrency }, (_, operator) => operate(operator)));
  await all();
  score.begin();
  progress.watch(score);
  end = performance.now() + options.seconds * 1000;
  await all();
  const tally = score.tally();
  progress.end();
  await disband(fleet);
  agent.destroy();
  return tally;
}

async function signIn({ api, username, password }: LoadOptions, agent: Agent): Promise<Record<string, string>> {
  if (username === undefined || password === undefined) return {};
  const { status, body } = await post(`${api}/api/token`, JSON.stringify({ username, password }), {}, agent);
  if (status !== 200) throw new Error(`signing in: ${status} ${body}`);
  const { access }: { access: string } = JSON.parse(body);
  return { authorization: `Bearer ${access}` };
}

function isAccepted(body: string): boolean {
  const { status, response }: { status?: unknown; response?: { status?: unknown } } = JSON.parse(body);
  return status === "accepted" && response?.status === "Accepted";
}

function post(url: string, body: string, headers: Record<string, string>, agent: Agent): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: "POST",
        agent,
        headers: { ...headers, "content-type": "application/json", "content-length": body.length },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    call.once("error", reject);
    call.end(body);
  });
}
