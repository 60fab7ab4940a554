// Signing up, proving an address, a forgotten password: what strangers can do, and what they cannot learn.
import {
  createExecutionContext,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { database } from "../../src/db/client.ts";
import { oneTimeTokens, users } from "../../src/db/schema.ts";
import { mailerOf } from "../../src/durable-objects/stubs.ts";
import { app } from "../../src/workers/app.ts";
import { dropExpiredAccess } from "../../src/workers/auth/clean-up.ts";
import { call, someone } from "../support/worker/api.ts";
import { mailsTo, mailTo } from "../support/worker/mail.ts";

const PASSWORD = "correct horse battery";
const db = database(env);

afterEach(() => void vi.useRealTimers());

const newAddress = () => `p-${crypto.randomUUID()}@example.org`;
const from = (address: string = crypto.randomUUID()) => ({ "cf-connecting-ip": address });
const post = (path: string, body: object, address?: string) =>
  call("POST", `/api/account/${path}`, { body, headers: from(address) });
const signUp = (email: string, more: object = {}) => post("sign-up", { email, password: PASSWORD, ...more });
const signIn = (username: string, password = PASSWORD) =>
  call("POST", "/api/token", { body: { username, password }, headers: from() });

/** A user whose address is proven. */
async function proven(email = newAddress()) {
  const user = await someone("driver", { password: PASSWORD });
  await db.update(users).set({ email, emailVerifiedAt: new Date() }).where(eq(users.id, user.id));
  return { ...user, email };
}

/** In a deployment with other variables. */
async function elsewhere(changes: Partial<Env>, path: string, body?: object) {
  const ctx = createExecutionContext();
  const init = body && { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await app.request(path, init, { ...env, ...changes }, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

describe("a sign-up", () => {
  it("becomes a driver when its address is proven, and nothing before", async () => {
    const email = newAddress();
    expect((await signUp(email, { firstName: "Ada", language: "en", timeZone: "Europe/Athens" })).status).toBe(202);
    const { subject, text, token } = await mailTo(email);
    expect(subject).toBe("Confirm your e-mail address");
    expect(text).toContain("https://csms.test/account/confirm#token=");
    expect((await signIn(email)).status).toBe(401);
    const { status, body } = await post("confirm", { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      username: email,
      email,
      emailVerified: true,
      role: "driver",
      firstName: "Ada",
      timeZone: "Europe/Athens",
    });
    expect((await signIn(email)).status).toBe(200);
  });

  it("is confirmed once, also when two come at once", async () => {
    const email = newAddress();
    await signUp(email);
    const { token } = await mailTo(email);
    const answers = await Promise.all([post("confirm", { token }), post("confirm", { token })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  it("answers the same whether the address is known, and tells the one who has it", async () => {
    const { email, username } = await proven();
    const answers = [await signUp(email.toUpperCase()), await signUp(newAddress())];
    expect(answers.map(({ status, body }) => ({ status, body }))).toEqual([
      { status: 202, body: "" },
      { status: 202, body: "" },
    ]);
    const { subject, text, token } = await mailTo(email.toUpperCase());
    expect(subject).toBe("You have an account already");
    expect(text).toContain(username);
    expect(token).toBeUndefined();
  });

  it("speaks the language of whoever signs up, also beyond ASCII", async () => {
    const email = newAddress();
    await signUp(email, { language: "el-GR" });
    expect((await mailTo(email)).subject).toBe("Επιβεβαιώστε τη διεύθυνσή σας");
  });

  it("is refused where policy has it closed, and where there is no mail", async () => {
    const body = { email: newAddress(), password: PASSWORD };
    const closings = [{ SIGN_UP: "closed" }, { SIGN_UP: "invite" }, { SIGN_UP: "Open" }, { MAIL_PROVIDER: "" }];
    for (const changes of closings as Partial<Env>[]) {
      expect([changes, (await elsewhere(changes, "/api/account/sign-up", body)).status]).toEqual([changes, 403]);
    }
    expect(await (await elsewhere({ MAIL_PROVIDER: "" } as Partial<Env>, "/api/account")).json()).toEqual({
      signUp: "closed",
      passwordReset: false,
    });
    expect((await call("GET", "/api/account")).body).toEqual({ signUp: "open", passwordReset: true });
  });

  it("cannot make anybody more than a driver", async () => {
    for (const more of [{ role: "admin" }, { active: true }, { emailVerifiedAt: 1 }, { username: "root" }]) {
      expect((await signUp(newAddress(), more)).status).toBe(422);
    }
  });

  it("expires, and its row goes", async () => {
    const email = newAddress();
    await signUp(email);
    const { token } = await mailTo(email);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 24 * 3_600_000 + 1 });
    expect((await post("confirm", { token })).status).toBe(422);
    await dropExpiredAccess(env);
    expect(await db.select().from(oneTimeTokens).where(eq(oneTimeTokens.email, email))).toEqual([]);
  });

  it("keeps neither token nor password where a copy of the database would show them", async () => {
    const email = newAddress();
    await signUp(email);
    const { token } = await mailTo(email);
    const rows = await db.select().from(oneTimeTokens).where(eq(oneTimeTokens.email, email));
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  });
});

describe("asking for mail", () => {
  it("is limited for each address, known or not, and for each network", async () => {
    const email = newAddress();
    const statuses = [];
    for (let i = 0; i < 7; i++) statuses.push((await post("password-reset", { email })).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429]);
    const network = [];
    for (let i = 0; i < 31; i++)
      network.push((await post("password-reset", { email: newAddress() }, `2001:db8:5::${i}`)).status);
    expect(network.slice(0, 30)).toEqual(Array(30).fill(202));
    expect(network[30]).toBe(429);
  });
});

describe("a password", () => {
  const weak = ["password123", "Qwertyuiop", "aaaaaaaaaaa", "12345678", "chargepoint"];
  it.each(weak)("%s is refused wherever one is chosen", async (password) => {
    expect(await signUp(newAddress(), { password })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/password" }] },
    });
    const { token } = await someone("admin");
    const made = await call("POST", "/api/users", {
      token,
      body: { username: `w-${crypto.randomUUID()}`, password, role: "viewer" },
    });
    expect(made).toMatchObject({ status: 422, body: { errors: [{ pointer: "/password" }] } });
  });

  it("is not the name or the address again", async () => {
    expect((await post("sign-up", { email: "marguerite@example.org", password: "Marguerite1" })).status).toBe(422);
    expect(
      (await post("sign-up", { email: newAddress(), firstName: "Wilhelmina", password: "wilhelmina!" })).status,
    ).toBe(422);
    expect(
      (await post("sign-up", { email: "marguerite@example.org", password: "marguerite likes lilac" })).status,
    ).toBe(202);
  });
});

describe("a forgotten password", () => {
  it("is replaced by the link, which signs out everywhere and is good once", async () => {
    const { email, username } = await proven();
    const { body: before } = await signIn(username);
    expect((await post("password-reset", { email })).status).toBe(202);
    const { token, text } = await mailTo(email);
    expect(text).toContain(username);
    expect(await post("password-reset/confirm", { token, password: "password123" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/password" }] },
    });
    expect((await post("password-reset/confirm", { token, password: "a new password" })).status).toBe(204);
    expect((await post("password-reset/confirm", { token, password: "yet another one" })).status).toBe(422);
    expect((await signIn(username)).status).toBe(401);
    expect((await signIn(username, "a new password")).status).toBe(200);
    expect((await call("POST", "/api/token/refresh", { body: { refresh: before.refresh } })).status).toBe(401);
    expect((await mailTo(email, 2)).subject).toBe("Your password was changed");
  });

  it("sends nothing to addresses that nobody has, nobody proved, or somebody deactivated has", async () => {
    const [unknown, unproven, gone, known] = [newAddress(), newAddress(), newAddress(), (await proven()).email];
    const careless = await someone("driver");
    await db.update(users).set({ email: unproven }).where(eq(users.id, careless.id));
    const { id } = await proven(gone);
    await db.update(users).set({ active: false }).where(eq(users.id, id));
    for (const email of [unknown, unproven, gone, known]) {
      expect(await post("password-reset", { email })).toMatchObject({ status: 202, body: "" });
    }
    await mailTo(known);
    for (const email of [unknown, unproven, gone]) expect(await mailsTo(email)).toEqual([]);
  });

  it("expires after half an hour, and with the next change of password or address", async () => {
    const { email, id } = await proven();
    const admin = await someone("admin");
    await post("password-reset", { email });
    const { token } = await mailTo(email);
    await call("PATCH", `/api/users/${id}`, { token: admin.token, body: { email: newAddress() } });
    expect((await post("password-reset/confirm", { token, password: "a new password" })).status).toBe(422);
    await call("PATCH", `/api/users/${id}`, { token: admin.token, body: { email } });
    await post("password-reset", { email });
    const { token: later } = await mailTo(email, 2);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30 * 60_000 + 1 });
    expect((await post("password-reset/confirm", { token: later, password: "a new password" })).status).toBe(422);
  });

  it("takes no token that was meant for something else", async () => {
    const email = newAddress();
    await signUp(email);
    const { token } = await mailTo(email);
    expect((await post("password-reset/confirm", { token, password: "a new password" })).status).toBe(422);
    expect((await post("accept-invitation", { token, password: "a new password" })).status).toBe(422);
    expect((await post("confirm", { token })).status).toBe(200);
  });
});

describe("a new address", () => {
  it("needs the password, is unproven until its link is opened, and the old one hears of it", async () => {
    const { email: old, token } = await proven();
    const email = newAddress();
    const patch = (body: object) => call("PATCH", "/api/users/me", { token, body, headers: from() });
    expect(await patch({ email })).toMatchObject({ status: 422, body: { errors: [{ pointer: "/currentPassword" }] } });
    expect((await patch({ email, currentPassword: PASSWORD })).body).toMatchObject({ email, emailVerified: false });
    expect((await mailTo(old)).subject).toBe("Your e-mail address was changed");
    const { token: proof } = await mailTo(email);
    expect((await post("confirm", { token: proof })).body).toMatchObject({ email, emailVerified: true });
  });

  it("is proven by the link to itself, not by one to the address before it", async () => {
    const { token } = await proven();
    const [first, second] = [newAddress(), newAddress()];
    const patch = (email: string) =>
      call("PATCH", "/api/users/me", { token, body: { email, currentPassword: PASSWORD }, headers: from() });
    await patch(first);
    const { token: early } = await mailTo(first);
    await patch(second);
    expect((await post("confirm", { token: early })).status).toBe(422);
    await mailTo(second);
    expect((await call("POST", "/api/users/me/verify-email", { token })).status).toBe(202);
    const { token: proof } = await mailTo(second, 2);
    expect((await post("confirm", { token: proof })).status).toBe(200);
    expect((await call("POST", "/api/users/me/verify-email", { token })).status).toBe(409);
  });

  it("that an admin enters is believed", async () => {
    const { token } = await someone("admin");
    const { id } = await someone("driver");
    const { body } = await call("PATCH", `/api/users/${id}`, { token, body: { email: newAddress() } });
    expect(body.emailVerified).toBe(true);
  });
});

describe("an invitation", () => {
  const invite = async (body: object) =>
    call("POST", "/api/invitations", { token: (await someone("admin")).token, body });

  it("makes its holder what the admin said, once, under the invited address", async () => {
    const email = newAddress();
    expect((await invite({ email, role: "operator" })).status).toBe(201);
    const { token } = await mailTo(email);
    const accept = () => post("accept-invitation", { token, password: PASSWORD, name: "Grace" });
    expect(await accept()).toMatchObject({
      status: 201,
      body: { username: email, role: "operator", name: "Grace", emailVerified: true },
    });
    expect((await accept()).status).toBe(422);
    expect((await signIn(email)).status).toBe(200);
  });

  it("is listed until it is accepted, and can be taken back", async () => {
    const { token } = await someone("admin");
    const email = newAddress();
    const { id } = (await invite({ email })).body;
    const listed = async () =>
      (await call("GET", "/api/invitations?limit=500", { token })).body.items.find(
        (one: { id: string }) => one.id === id,
      );
    expect(await listed()).toMatchObject({ email, role: "driver" });
    expect((await call("DELETE", `/api/invitations/${id}`, { token })).status).toBe(204);
    expect(await listed()).toBeUndefined();
    const mail = await mailTo(email);
    expect((await post("accept-invitation", { token: mail.token, password: PASSWORD })).status).toBe(422);
  });

  it("is refused for an address that has an account", async () => {
    expect((await invite({ email: (await proven()).email })).status).toBe(409);
  });
});

describe("sessions", () => {
  it("are listed with where they are, and end one by one", async () => {
    const { username } = await someone("viewer", { password: PASSWORD });
    const enter = (agent: string) =>
      call("POST", "/api/token", {
        body: { username, password: PASSWORD },
        headers: { ...from("192.0.2.77"), "user-agent": agent },
      });
    const [phone, laptop] = [(await enter("Phone")).body, (await enter("Laptop")).body];
    const renewed = await call("POST", "/api/token/refresh", {
      body: { refresh: phone.refresh },
      headers: { ...from(), "user-agent": "Phone 2" },
    });
    const list = async () => (await call("GET", "/api/users/me/sessions", { token: laptop.access })).body.items;
    const items = await list();
    expect(items).toHaveLength(2);
    const theirs = items.find(({ userAgent }: { userAgent: string }) => userAgent === "Phone 2");
    expect(theirs).toMatchObject({ current: false });
    expect(items.find(({ current }: { current: boolean }) => current)).toMatchObject({
      userAgent: "Laptop",
      address: "192.0.2.77",
    });
    expect((await call("DELETE", `/api/users/me/sessions/${theirs.id}`, { token: laptop.access })).status).toBe(204);
    expect((await call("DELETE", `/api/users/me/sessions/${theirs.id}`, { token: laptop.access })).status).toBe(404);
    expect((await call("POST", "/api/token/refresh", { body: { refresh: renewed.body.refresh } })).status).toBe(401);
    expect((await list()).map(({ userAgent }: { userAgent: string }) => userAgent)).toEqual(["Laptop"]);
  });

  it("end everywhere else at once, and nobody's but one's own", async () => {
    const { username } = await someone("viewer", { password: PASSWORD });
    const [here, there] = [(await signIn(username)).body, (await signIn(username)).body];
    const stranger = await someone("viewer");
    const [{ id }] = (await call("GET", "/api/users/me/sessions", { token: here.access })).body.items;
    expect((await call("DELETE", `/api/users/me/sessions/${id}`, { token: stranger.token })).status).toBe(404);
    expect((await call("DELETE", "/api/users/me/sessions", { token: here.access })).status).toBe(204);
    expect((await call("POST", "/api/token/refresh", { body: { refresh: there.refresh } })).status).toBe(401);
    expect((await call("POST", "/api/token/refresh", { body: { refresh: here.refresh } })).status).toBe(200);
  });
});

describe("the mailer", () => {
  it("can be tried out, and says how it is", async () => {
    const { token, username } = await someone("admin");
    const to = newAddress();
    expect((await call("POST", "/api/mail/test", { token, body: { to } })).status).toBe(202);
    expect((await mailTo(to)).text).toContain(username);
    const { body } = await call("GET", "/api/mail", { token });
    expect(body).toMatchObject({ provider: "outbox", from: "CSMS <noreply@csms.test>", failed: expect.any(Number) });
    expect(body.sent).toBeGreaterThan(0);
  });

  it("keeps a mail whose carrier fails, through an eviction, and sends it once", async () => {
    const mailer = mailerOf(env);
    const to = newAddress();
    // For as long as it stays in memory, it lives in a deployment whose mail server is away.
    const away = { MAIL_PROVIDER: "smtp", MAIL_URL: "smtp://127.0.0.1:9" };
    await runInDurableObject(mailer, (instance) => void Object.assign(instance, { env: { ...env, ...away } }));
    const before = await mailer.state();
    await mailer.send({ id: crypto.randomUUID(), to, subject: "Hello", text: "One.\n.\nTwo." }, Date.now() + 3_600_000);
    await vi.waitFor(async () =>
      expect(await mailer.state()).toMatchObject({ lastError: expect.any(String), waiting: 1 }),
    );
    expect(await mailer.state()).toMatchObject({ waiting: 1, sent: before.sent });
    await evictDurableObject(mailer);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    await runDurableObjectAlarm(mailerOf(env));
    expect(await mailsTo(to)).toMatchObject([{ subject: "Hello", text: "One.\n.\nTwo." }]);
    expect(await mailerOf(env).state()).toMatchObject({ waiting: 0, sent: before.sent + 1 });
  });
});
