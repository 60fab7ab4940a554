// What docs/events.md says around its table.

export const HEAD = `# Events

Made by \`npm run docs:events\` out of \`src/events/\`, the table that tells them; a test fails while they differ.

Three doors, one language:

| Door | What it gives |
|---|---|
| \`GET /api/charge-points/{id}/live\` | one charger, straight from its actor: a \`snapshot\`, then every OCPP frame and every event at once |
| \`GET /api/events\` | the whole fleet, once it is in history; filtered by \`types\` and \`chargePointId\` |
| \`/api/webhooks\` | the same by HTTP, to a receiver of yours |

An event is \`{ id, type, at, chargePointId, data }\`; what is of no single charger has null for it. Its \`id\` is the same through every door and however often it is told:
whoever has seen an id has seen the event. Events of one charger come in their order. Events leave the charger's actor the
way history does, after they are committed, so a crash or a deploy delays them and loses none.

## Connecting

By WebSocket, or with \`Accept: text/event-stream\` as server-sent events. Programs send \`Authorization\` or \`X-API-Key\`;
browsers, which cannot, get a ticket from \`POST /api/tickets\` and add \`?ticket=\`: it is good once, for 30 seconds. The role
viewer is enough. \`types\` is a list such as \`transaction.*,connector.status\`; at a charger's own door \`message\` stands for
its frames.

| Message | Meaning |
|---|---|
| \`hello\` | \`cursor\`: where the fleet's feed stands |
| \`snapshot\` | \`data\`: the charger as it is now. \`seq\` is its newest log entry |
| \`message\` | \`message\`: an entry of the message log, as under \`/messages\` |
| \`events\` | \`events\`, oldest first; in the fleet's feed \`cursor\` is where to resume after them |
| \`gap\` | what you missed is not kept any more (\`unknown\`) or is more than a feed should repeat (\`too_much\`): read anew, then go on from here |
| \`ping\` | say a word, any word, to show that you keep up |

To resume, come back with \`?after=\` and the last \`cursor\` (or the id of an event); server-sent events do so by themselves.
Close code 4401: the quarter of an hour is over, come back with a new ticket. 4408: you did not keep up. In the fleet's feed,
what happens within 200 ms comes in one message, and of a connector that changed twice within it only the last status. Send
\`ping\` and hear \`pong\` to keep a connection open.

## Webhooks

A webhook gets each event as a POST of its JSON (and \`timestamp\`, the same as \`at\`), signed by Standard Webhooks 1.0:
\`webhook-id\` is the event's id, \`webhook-timestamp\` the second of this attempt, \`webhook-signature\` the HMAC-SHA-256 under
your secret (two of them while a secret is being replaced). Answer with 2xx within 10 seconds; redirects are not followed. An
event may come twice: its id tells. Of one charger the next comes after the one before was taken. What fails is tried again
for a day, then parked until \`POST /api/webhooks/{id}/resend\`. \`POST /api/webhooks/{id}/test\` sends \`webhook.test\`.

## Types
`;

export const TAIL = `
An event above 64 kB comes without its data: \`omitted\` says so, and \`seq\` is its entry in the message log.

## What is not told

Facts of the log that are no news to anybody outside, and why:
`;
