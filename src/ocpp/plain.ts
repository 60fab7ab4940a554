// Commands whose answer changes nothing here, and why: the command itself keeps what was asked and answered.
// A version's effect of the same name comes first; an entry that every version has an effect for is a mistake.

export const PLAIN: Readonly<Record<string, string>> = {
  AFRRSignal: "the charger follows the signal; its power shows in meter values",
  CertificateSigned: "the request that it answers shows what became of it: see certificate-requests",
  ClearCache: "the cache is the charger's own",
  DataTransfer: "what a vendor's answer means is the vendor's affair",
  ExtendedTriggerMessage: "what it triggers comes as a message of its own",
  NotifyWebPaymentStarted: "the charger shows that somebody pays; the start that follows is a command of its own",
  RemoteStopTransaction: "the transaction ends when the charger says so",
  RequestStopTransaction: "the transaction ends when the charger says so",
  Reset: "the charger goes and boots again, which it tells",
  SetMonitoringLevel: "the level is the charger's own, and no report tells it",
  SetNetworkProfile: "the profile is in force when the charger has rebooted and dials by it",
  TriggerMessage: "what it triggers comes as a message of its own",
  UnlockConnector: "the connector's state comes as a message of its own",
};
