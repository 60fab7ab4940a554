// The REST app: the order of middleware, and where each resource is mounted. No logic.
// What is not listed as open needs a principal, and what names no rule of its own has the common one.
import type { MiddlewareHandler } from "hono";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { audit } from "./audit.ts";
import { authenticate } from "./auth/authenticate.ts";
import { readOrOperate, requirePerson } from "./auth/roles.ts";
import type { AppEnv } from "./context.ts";
import { answerError } from "./errors.ts";
import { exportLists } from "./export/export-lists.ts";
import { fileDoors } from "./http-files/doors.ts";
import { limitBody } from "./limit-body.ts";
import { problem } from "./problems.ts";
import { createRouter, type Router } from "./router.ts";
import { account } from "./routes/account.ts";
import { afrrSignals } from "./routes/afrr-signals.ts";
import { apiKeys } from "./routes/api-keys.ts";
import { applyTemplate } from "./routes/apply-template.ts";
import { archivedRecords } from "./routes/archived-records.ts";
import { archives } from "./routes/archives.ts";
import { auditLog } from "./routes/audit-log.ts";
import { campaignOrders } from "./routes/campaign-orders.ts";
import { cdrs } from "./routes/cdrs.ts";
import { certificateRequests } from "./routes/certificate-requests.ts";
import { certificateAuthorityRoutes, certificates } from "./routes/certificates.ts";
import { chargePointCredentials } from "./routes/charge-point-credentials.ts";
import { chargePointParts } from "./routes/charge-point-parts.ts";
import { chargePointSecurity } from "./routes/charge-point-security.ts";
import { chargePoints } from "./routes/charge-points.ts";
import { chargingNeeds } from "./routes/charging-needs.ts";
import { chargingProfiles } from "./routes/charging-profiles.ts";
import { closeTransaction } from "./routes/close-transaction.ts";
import { chargePointCommands, commands } from "./routes/commands.ts";
import { configurationTemplates } from "./routes/configuration-templates.ts";
import { connectionAttempts } from "./routes/connection-attempts.ts";
import { addConsole } from "./routes/console.ts";
import { credit } from "./routes/credit.ts";
import { curves } from "./routes/curves.ts";
import { defaultTariff } from "./routes/default-tariff.ts";
import { addDocs } from "./routes/docs.ts";
import { driverCharging } from "./routes/driver-charging.ts";
import { driverPlaces } from "./routes/driver-places.ts";
import { driverReservations } from "./routes/driver-reservations.ts";
import { driverTokens } from "./routes/driver-tokens.ts";
import { dsoSignalReport } from "./routes/dso-signal-report.ts";
import { dsoSignals } from "./routes/dso-signals.ts";
import { events } from "./routes/events.ts";
import { fileRetention } from "./routes/file-retention.ts";
import { fileUpload } from "./routes/file-upload.ts";
import { files } from "./routes/files.ts";
import { firmware } from "./routes/firmware.ts";
import { firmwareCampaigns } from "./routes/firmware-campaigns.ts";
import { health } from "./routes/health.ts";
import { holdings } from "./routes/holdings.ts";
import { idTokens } from "./routes/id-tokens.ts";
import { invitations } from "./routes/invitations.ts";
import { chargePointJobs, jobs } from "./routes/jobs.ts";
import { live } from "./routes/live.ts";
import { localList } from "./routes/local-list.ts";
import { locations } from "./routes/locations.ts";
import { mail } from "./routes/mail.ts";
import { messages } from "./routes/messages.ts";
import { metrics } from "./routes/metrics.ts";
import { neutralCommands } from "./routes/neutral-commands.ts";
import { notices } from "./routes/notices.ts";
import { overview } from "./routes/overview.ts";
import { reports } from "./routes/reports.ts";
import { reservations } from "./routes/reservations.ts";
import { scheduleUpdate } from "./routes/schedule-update.ts";
import { scheduledWork } from "./routes/scheduled-work.ts";
import { chargePointSecurityEvents, securityEvents } from "./routes/security-events.ts";
import { sendCommand } from "./routes/send-command.ts";
import { setPoints } from "./routes/set-points.ts";
import { siteInputs } from "./routes/site-inputs.ts";
import { sites } from "./routes/sites.ts";
import { state } from "./routes/state.ts";
import { chargePointCertificates } from "./routes/station-certificates.ts";
import { stationEvents } from "./routes/station-events.ts";
import { streamValues } from "./routes/stream-values.ts";
import { system } from "./routes/system.ts";
import { tariffPreview } from "./routes/tariff-preview.ts";
import { tariffs } from "./routes/tariffs.ts";
import { tickets } from "./routes/tickets.ts";
import { token } from "./routes/token.ts";
import { transactions } from "./routes/transactions.ts";
import { transferCommands } from "./routes/transfer-commands.ts";
import { users } from "./routes/users.ts";
import { variables } from "./routes/variables.ts";
import { webhookDeliveries } from "./routes/webhook-deliveries.ts";
import { webhooks } from "./routes/webhooks.ts";

interface Mount {
  path: string;
  routes: Router | Router[];
  /** Who may do what here; without one, viewers read and operators act. */
  rule?: MiddlewareHandler<AppEnv>;
  /** "any": bodies are files, and the routes limit what is not. */
  maxBodyBytes?: number | "any";
}

const COMMANDED = [neutralCommands, transferCommands, localList, defaultTariff];
const TOLD = [variables, reports, stationEvents, chargePointJobs, applyTemplate];
const HELD = [curves, holdings, scheduleUpdate, streamValues];

const DRIVING = [driverPlaces, driverCharging, driverTokens, driverReservations];

const OPEN: readonly Mount[] = [
  { path: "/api/token", routes: token },
  { path: "/api/account", routes: account },
  { path: "/api/health", routes: health },
];

const GUARDED: readonly Mount[] = [
  // These three have their rules inside: admins, and everyone for /me.
  { path: "/api/users", routes: [credit, users], rule: everyone() },
  { path: "/api/invitations", routes: invitations },
  { path: "/api/api-keys", routes: apiKeys },
  { path: "/api/audit-log", routes: auditLog },
  { path: "/api/mail", routes: mail },
  { path: "/api/tickets", routes: tickets, rule: everyone() },
  { path: "/api/overview", routes: overview },
  { path: "/api/system", routes: system },
  { path: "/api/events", routes: events, rule: readOrOperate({ drivers: true }) },
  { path: "/api/metrics", routes: metrics },
  { path: "/api/webhooks", routes: [webhooks, webhookDeliveries] },
  { path: "/api/id-tokens", routes: idTokens, rule: readOrOperate({ drivers: true }) },
  {
    path: "/api/transactions",
    routes: [transactions, closeTransaction, chargingNeeds],
    rule: readOrOperate({ drivers: true, driversWrite: /\/charging-needs$/ }),
  },
  {
    path: "/api/charge-points",
    routes: [
      chargePoints,
      chargePointCredentials,
      chargePointParts,
      chargePointCommands,
      chargePointSecurity,
      chargePointCertificates,
      chargePointSecurityEvents,
      ...TOLD,
      ...COMMANDED,
      sendCommand,
      notices,
      archivedRecords,
      live,
      ...HELD,
    ],
  },
  { path: "/api/locations", routes: locations },
  { path: "/api/sites", routes: [sites, siteInputs] },
  { path: "/api/dso-signals", routes: [dsoSignals, dsoSignalReport] },
  { path: "/api/set-points", routes: setPoints },
  { path: "/api/afrr-signals", routes: afrrSignals },
  { path: "/api/tariffs", routes: [tariffs, tariffPreview] },
  { path: "/api/cdrs", routes: cdrs, rule: readOrOperate({ drivers: true }) },
  { path: "/api/messages", routes: messages },
  { path: "/api/driver", routes: DRIVING, rule: requirePerson() },
  { path: "/api/commands", routes: commands },
  { path: "/api/reservations", routes: reservations },
  { path: "/api/charging-profiles", routes: chargingProfiles },
  { path: "/api/jobs", routes: jobs },
  { path: "/api/firmware", routes: firmware },
  { path: "/api/firmware-campaigns", routes: [firmwareCampaigns, campaignOrders] },
  { path: "/api/files", routes: [fileRetention, fileUpload, files], maxBodyBytes: "any" },
  { path: "/api/scheduled-work", routes: scheduledWork },
  { path: "/api/archives", routes: archives },
  // For admins alone, and of any size: it is everything.
  { path: "/api/state", routes: state, maxBodyBytes: "any" },
  { path: "/api/configuration-templates", routes: configurationTemplates },
  { path: "/api/connection-attempts", routes: connectionAttempts },
  { path: "/api/security-events", routes: securityEvents },
  { path: "/api/certificate-requests", routes: certificateRequests },
  { path: "/api/certificates", routes: certificates },
  { path: "/api/certificate-authority", routes: certificateAuthorityRoutes },
];

export const app = createApp();

function createApp(): Router {
  const app = createRouter({ strict: false });
  app.use(requestId(), securityHeaders());
  app.onError(answerError);
  app.notFound((c) => problem(c, { reason: "not_found", detail: `There is no ${c.req.method} ${c.req.path}.` }));
  for (const open of OPEN) mount(app, open);
  app.route("/http", fileDoors);
  addDocs(app);
  app.use("/api/*", exportLists(app), audit(), authenticate());
  for (const guarded of GUARDED) mount(app, { rule: readOrOperate(), ...guarded });
  addConsole(app);
  return app;
}

function mount(app: Router, { path, routes, rule = everyone(), maxBodyBytes }: Mount): void {
  // The wildcard matches the path itself, too.
  app.use(`${path}/*`, rule);
  if (maxBodyBytes !== "any") app.use(`${path}/*`, limitBody(maxBodyBytes));
  for (const router of [routes].flat()) app.route(path, router);
}

function everyone(): MiddlewareHandler<AppEnv> {
  return async function everyone(_c, next) {
    await next();
  };
}

function securityHeaders(): MiddlewareHandler<AppEnv> {
  const secure = secureHeaders();
  return async function securityHeaders(c, next) {
    // The answer to an upgrade is the socket itself: its headers cannot be touched.
    return c.req.header("upgrade") ? next() : secure(c, next);
  };
}
