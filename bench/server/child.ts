// One server in a process of its own, so that its memory and its CPU are its own. Its parent asks over IPC.
// Started by launch.ts: argv[2] is its order as JSON.
import { readFile } from "node:fs/promises";
import { type LocalServer, startServer } from "../../scripts/server.ts";
import { helperAt, helperBeside } from "./helper.ts";
import type { Order, Question, Reply } from "./protocol.ts";
import { answerQuestion } from "./questions.ts";

const order: Order = JSON.parse(process.argv[2] ?? "{}");
const tell = (reply: Reply) => process.send?.(reply);

let server: LocalServer | undefined;
const end = () => void (server?.stop() ?? Promise.resolve()).then(() => process.exit(0));
// A parent that is gone asks no more.
process.once("disconnect", end);

const started = await startServer({
  host: "127.0.0.1",
  port: order.port ?? 0,
  stateDir: order.stateDir,
  bindings: order.bindings,
  beside: helperBeside,
  ...(order.entry === undefined ? {} : { entry: order.entry }),
  ...(order.bundleFile === undefined ? {} : { bundle: JSON.parse(await readFile(order.bundleFile, "utf8")) }),
  ...(order.inspectorPort === undefined ? {} : { inspectorPort: order.inspectorPort }),
});

server = started;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.removeAllListeners(signal);
  process.once(signal, end);
}

const { url, keeper, askBeside } = started;
const asked = { url, keeper, helper: helperAt(askBeside) };
process.on("message", (question: Question) => {
  answerQuestion(asked, question).then(
    (value) => tell({ id: question.id, value }),
    (error: unknown) => tell({ id: question.id, error: String(error) }),
  );
});
tell({ ready: url.origin });
