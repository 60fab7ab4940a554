// The rack's judge, judged, and what the rack throws at chargers' behalf.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { Charger } from "../../bench/torture/chargers/charger.ts";
import { DIALECTS, type Dialect, type Visit } from "../../bench/torture/chargers/dialects.ts";
import { complaintsOf, isClean, type Report } from "../../bench/torture/figures.ts";
import { corpus } from "../../bench/torture/fuzz/corpus.ts";
import { frameOf, ROUGH_WAYS, WAYS } from "../../bench/torture/fuzz/spoil.ts";
import { Book } from "../../bench/torture/judge/book.ts";
import { CLAIM, type Claim } from "../../bench/torture/judge/claims.ts";
import { compare, emptyVerdict, FAULTS } from "../../bench/torture/judge/compare.ts";
import { fileHistory, restHistory } from "../../bench/torture/judge/history.ts";
import { judge } from "../../bench/torture/judge/judge.ts";
import { Operator } from "../../bench/torture/operator.ts";
import { seeded } from "../support/node/random.ts";
import type { Rest } from "../support/node/rest.ts";

const AT = Date.UTC(2026, 0, 1, 12);
const STATUS = CLAIM.status(1, 1, "Available", AT, "first");
const NEXT = CLAIM.status(1, 1, "Charging", AT + 1, "second");
const KINDS = ["status", "sample", "transaction", "start", "stop", "security", "command"] as const;

function bookOf(claims: Claim[], { isAnswered = true } = {}): Book {
  const book = new Book("CP");
  book.sent(claims);
  if (isAnswered) book.answered(claims);
  return book;
}

function faults(book: Book, shown: Claim[]): string[] {
  const verdict = compare(book, shown, KINDS, "test");
  return FAULTS.flatMap((fault) => verdict[fault].map(() => fault));
}

describe("a charger of the rack", () => {
  it("answers the call that comes in one piece with the upgrade", async () => {
    const server = createServer();
    const { promise: answered, resolve } = Promise.withResolvers<string>();
    server.on("upgrade", (request, cable) => {
      const head = [
        "HTTP/1.1 101 Switching Protocols",
        ...["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Protocol: ocpp1.6"],
        `Sec-WebSocket-Accept: ${acceptOf(String(request.headers["sec-websocket-key"]))}`,
      ];
      const call = Buffer.from(JSON.stringify([2, "c-1", "DataTransfer", { vendorId: "rack", data: "mark" }]));
      cable.write(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), Buffer.from([0x81, call.length]), call]));
      cable.once("data", (bytes) => resolve(unmasked(bytes)));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
    const { port } = server.address() as AddressInfo;
    const [dialect] = DIALECTS;
    if (dialect === undefined) throw new Error("no dialects");
    const url = () => `ws://127.0.0.1:${port}`;
    const charger = new Charger({ url, id: "CP", dialect, random: seeded(1), bootsOnReconnect: false });
    void charger.twin();
    expect(await answered).toBe(JSON.stringify([3, "c-1", { status: "Accepted" }]));
    expect(charger.obeyed.get("mark")).toBe(1);
    server.closeAllConnections();
    server.close();
  });
});

/** What RFC 6455 makes of a client's key. */
const acceptOf = (key: string): string =>
  createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");

/** The text of a short masked frame at the beginning of the bytes. */
function unmasked(bytes: Buffer): string {
  const length = (bytes[1] ?? 0) & 0x7f;
  return Buffer.from(
    bytes.subarray(6, 6 + length).map((byte, index) => byte ^ (bytes[2 + (index % 4)] ?? 0)),
  ).toString();
}

describe("the judge", () => {
  it("accepts a history that has everything once", () => {
    expect(faults(bookOf([STATUS, NEXT]), [STATUS, NEXT])).toEqual([]);
  });

  it("misses what was answered and is not there", () => {
    expect(faults(bookOf([STATUS, NEXT]), [NEXT])).toEqual(["lost"]);
    expect(faults(bookOf([STATUS, NEXT]), [])).toEqual(["lost", "lost"]);
  });

  it("does not miss what was never answered, but does not accept it twice", () => {
    const book = bookOf([STATUS], { isAnswered: false });
    expect(faults(book, [])).toEqual([]);
    expect(faults(book, [STATUS, STATUS])).toEqual(["doubled"]);
  });

  it("finds what is there twice, what nobody sent, and what was sent otherwise", () => {
    expect(faults(bookOf([STATUS]), [STATUS, STATUS])).toEqual(["doubled"]);
    expect(faults(bookOf([STATUS]), [STATUS, NEXT])).toEqual(["foreign"]);
    expect(faults(bookOf([STATUS]), [CLAIM.status(1, 1, "Available", AT + 5, "first")])).toEqual(["lost", "foreign"]);
  });

  it("finds what is out of order, except where it was sent so", () => {
    const book = bookOf([STATUS, NEXT]);
    expect(faults(book, [NEXT, STATUS])).toEqual(["misordered"]);
    book.shuffled.add("statuses of 1/1");
    expect(faults(book, [NEXT, STATUS])).toEqual([]);
  });

  it("finds a transaction id that was given twice", () => {
    const book = bookOf([CLAIM.transaction(7)]);
    book.answered([CLAIM.transaction(7)]);
    expect(faults(book, [CLAIM.transaction(7), CLAIM.transaction(7)])).toEqual(["doubled"]);
  });

  it("objects to a command that was done twice, and to one that was accepted but never told", () => {
    const operator = new Operator({} as Rest, seeded(1));
    const [dialect] = DIALECTS;
    if (dialect === undefined) throw new Error("no dialects");
    const charger = new Charger({ url: () => "", id: "CP", dialect, random: seeded(1), bootsOnReconnect: false });
    const ask = (mark: string, isAccepted: boolean, times: number) => {
      operator.asked.push({ charger, mark, isAccepted, said: "" });
      charger.obeyed.set(mark, times);
    };
    ask("once", true, 1);
    ask("never, and nobody said so", false, 0);
    expect(operator.objections()).toEqual([]);
    ask("twice", false, 2);
    ask("never", true, 0);
    expect(operator.objections()).toHaveLength(2);
  });

  it("calls a run clean only if every list is empty", () => {
    const clean = { verdict: emptyVerdict(), answers: [], uncaught: [], stuck: [] } as unknown as Report;
    expect(isClean(clean)).toBe(true);
    for (const [, list] of complaintsOf(clean)) {
      list.push("something");
      expect(isClean(clean)).toBe(false);
      list.pop();
    }
  });
});

describe("the histories", () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  /** D1's file as Miniflare lays it out, with our tables. */
  async function database() {
    const stateDir = await mkdtemp(join(tmpdir(), "ov2x-judge-"));
    cleanUp.push(() => rm(stateDir, { recursive: true }));
    const folder = join(stateDir, "v3", "d1", "miniflare-D1DatabaseObject");
    await mkdir(folder, { recursive: true });
    const db = new DatabaseSync(join(folder, `${"0".repeat(64)}.sqlite`));
    const scripts = (await readdir("migrations")).filter((name) => name.endsWith(".sql")).sort();
    for (const script of scripts) db.exec(await readFile(join("migrations", script), "utf8"));
    return { stateDir, db };
  }

  it("show the judge a loss and a doubling in D1's own file", async () => {
    const { stateDir, db } = await database();
    const insert = db.prepare(
      "INSERT INTO connector_statuses (charge_point, evse_id, connector_id, seq, status, info, status_at, received_at) VALUES ('cp', 1, 1, ?, ?, ?, ?, 0)",
    );
    insert.run(1, "Available", "first", AT);
    insert.run(2, "Charging", "second", AT + 1);
    const book = bookOf([STATUS, NEXT]);
    const verdict = async () => {
      const history = fileHistory(stateDir);
      const { verdict: found, claims } = await judge([history], [book]);
      history.close();
      return [claims, ...FAULTS.flatMap((fault) => found[fault].map(() => fault))];
    };
    expect(await verdict()).toEqual([2]);
    insert.run(3, "Charging", "second", AT + 1);
    expect(await verdict()).toEqual([3, "doubled"]);
    db.exec("DELETE FROM connector_statuses WHERE seq >= 2");
    expect(await verdict()).toEqual([1, "lost"]);
    db.close();
  });

  it("read the same transaction alike over REST and in the file", async () => {
    const { stateDir, db } = await database();
    db.exec(`INSERT INTO transactions (id, charge_point, ocpp_version, ocpp_transaction_id, evse_id, connector_id, id_token,
      status, started_at, meter_start, stopped_at, meter_stop, stop_reason, history_seq)
      VALUES ('uuid', 'cp', '1.6', '7', 1, 1, 'T', 'completed', ${AT}, 5, ${AT + 9}, 9, 'Local', 1)`);
    db.close();
    const file = fileHistory(stateDir);
    const inFile = await file.read("CP");
    file.close();
    const row = {
      ...{ id: "uuid", ocppTransactionId: 7, evseId: 1, connectorId: 1, idToken: "T", meterStart: 5, meterStop: 9 },
      ...{ startedAt: new Date(AT).toISOString(), stoppedAt: new Date(AT + 9).toISOString(), stopReason: "Local" },
    };
    const walk = async (path: string) => (path.startsWith("/api/transactions?") ? [row] : []);
    const overRest = await restHistory({ walk } as unknown as Rest, () => 1).read("CP");
    expect(overRest).toEqual(inFile);
    expect(inFile).toHaveLength(3);
  });
});

describe.each(DIALECTS.map((dialect): [string, Dialect] => [dialect.version, dialect]))(
  "a charger of %s",
  (_, dialect) => {
    it("claims what each of its messages holds, and nothing twice", () => {
      const visit: Visit = { evseId: 1, token: "T", transactionId: "7", seqNo: -1 };
      const at = (minute: number) => ({ at: AT + minute * 60_000, meter: 100 + minute });
      const messages = [
        dialect.status(1, true, AT, "mark"),
        dialect.start(visit, at(0)),
        dialect.sample(visit, at(1)),
        dialect.stop(visit, at(2)),
      ];
      const start = messages[1];
      const claims = [
        ...messages.flatMap((message) => message.claims),
        ...(start?.promised?.({ transactionId: 7 }) ?? []),
      ];
      const names = claims.map(({ kind, key }) => `${kind} ${key}`);
      expect(new Set(names).size).toBe(names.length);
      const kinds = new Set(claims.map(({ kind }) => kind));
      expect([...kinds].sort()).toEqual(["sample", "start", "status", "stop", "transaction"]);
    });

    it("is spoilt in every way there is, mostly beyond recognition", () => {
      const random = seeded(7);
      const specimens = corpus(dialect.version, 7);
      expect(specimens.length).toBeGreaterThan(20);
      for (const [name, way] of Object.entries({ ...WAYS, ...ROUGH_WAYS })) {
        const texts = specimens.slice(0, 12).map((specimen, index) => {
          const sound = JSON.stringify(frameOf(specimen, `${index}`));
          const spoilt = way(frameOf(specimen, `${index}`), random);
          return { sound, data: typeof spoilt === "string" ? spoilt : spoilt.data };
        });
        const changed = texts.filter(({ sound, data }) => data !== sound);
        if (name === "left as it is") expect(changed).toEqual([]);
        else expect(changed.length, name).toBeGreaterThan(0);
      }
    });
  },
);
