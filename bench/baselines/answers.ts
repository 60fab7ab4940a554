// What a CSMS that knows nothing would answer: just enough of each action for a charger, and a load generator, to go on.
// Shared by both baselines, so that they differ in durability alone.

type Answer = (id: string, transactionId: number) => string;

const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

const ANSWERS: Readonly<Record<string, Answer>> = {
  BootNotification: (id) => `[3,${id},{"currentTime":"${now()}","interval":300,"status":"Accepted"}]`,
  Heartbeat: (id) => `[3,${id},{"currentTime":"${now()}"}]`,
  StartTransaction: (id, tx) => `[3,${id},{"transactionId":${tx},"idTagInfo":{"status":"Accepted"}}]`,
  StopTransaction: (id) => `[3,${id},{"idTagInfo":{"status":"Accepted"}}]`,
  Authorize: (id) => `[3,${id},{"idTagInfo":{"status":"Accepted"},"idTokenInfo":{"status":"Accepted"}}]`,
  TransactionEvent: (id) => `[3,${id},{"idTokenInfo":{"status":"Accepted"}}]`,
};

/** @param id as parsed: echoed as JSON */
export const answer = (id: unknown, action: unknown, transactionId: number): string =>
  (ANSWERS[String(action)] ?? ((quoted: string) => `[3,${quoted},{}]`))(JSON.stringify(id), transactionId);
