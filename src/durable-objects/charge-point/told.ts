// What a 2.x charger told of itself in reports and answers, and its jobs: the part of the state that facts project into.
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { ReportKind } from "../../ocpp/reports.ts";
import { DeviceModel } from "./device-model.ts";
import { DisplayMessages } from "./display-messages.ts";
import { Jobs } from "./jobs.ts";
import { completedSince, Reports } from "./reports.ts";
import type { Storage } from "./storage.ts";

export class Told {
  readonly deviceModel: DeviceModel;
  readonly displayMessages: DisplayMessages;
  readonly jobs: Jobs;
  readonly reports: Reports;

  constructor(storage: Storage) {
    this.deviceModel = new DeviceModel(storage);
    this.displayMessages = new DisplayMessages(storage);
    this.jobs = new Jobs(storage);
    this.reports = new Reports(storage);
  }

  /** What is shown of a charger that is registered anew must not be its predecessor's. */
  static readonly TABLES = ["components", "display_messages", "reports"] as const;
}

interface Target {
  told: Told;
  seq: number;
  at: number;
}

/** What a full report has not named does not exist. */
const CONCLUSIONS: { [K in ReportKind]?: (told: Told, since: number) => void } = {
  variables: ({ deviceModel }, since) => deviceModel.forgetVariables(since),
  monitors: ({ deviceModel }, since) => deviceModel.forgetMonitors(({ at }) => at < since),
  displayMessages: ({ displayMessages }, since) => displayMessages.forget(since),
};

export const TOLD_PROJECTIONS = {
  job: ({ job }: Fact<"job">, { told }: Target) => told.jobs.save(job),
  variables: ({ variables }: Fact<"variables">, { told, at }: Target) => told.deviceModel.told(variables, at),
  monitorsCleared: ({ ids }: Fact<"monitorsCleared">, { told }: Target) =>
    told.deviceModel.forgetMonitors(({ id }) => ids === "all" || ids.includes(id)),
  displayMessages: ({ messages, removed }: Fact<"displayMessages">, { told, at }: Target) =>
    told.displayMessages.told(messages, removed, at),
  reportExpected: (fact: Fact<"reportExpected">, { told, at }: Target) =>
    conclude(told, told.reports.expected(fact, at)),
  reportPart: (fact: Fact<"reportPart">, { told, at, seq }: Target) => conclude(told, told.reports.part(fact, at, seq)),
};

function conclude(told: Told, report: ReturnType<Reports["part"]>): void {
  const since = report.full ? completedSince(report) : undefined;
  if (since !== undefined) CONCLUSIONS[report.report]?.(told, since);
}
