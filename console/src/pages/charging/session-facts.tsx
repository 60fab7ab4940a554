// What is known of a session.
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { type Fact, Facts } from "../../ui/facts";
import { To } from "../../ui/links";
import { secondsOf } from "./duration";
import { place } from "./place";

interface SessionFactsProps {
  session: Schemas["Transaction"] & { energyExported: number };
}

export function SessionFacts({ session }: SessionFactsProps) {
  const { t } = useTranslation("charging");
  const format = useFormat();
  const always: Fact[] = [
    [t("chargePoint"), <To key="" kind="chargePoint" id={session.chargePointId} />],
    [t("connector"), place(session.evseId, session.connectorId)],
    [t("idToken"), session.idToken],
    [t("authorization"), session.authorization],
    [t("started"), format.time(session.startedAt)],
    [t("stopped"), format.time(session.stoppedAt)],
    [t("duration"), format.duration(secondsOf(session))],
    [t("energy"), format.energy(session.energy)],
    [t("stopReason"), session.stopReason ?? session.closedBy],
    [t("version"), session.ocppVersion],
  ];
  // Of these, what nobody told is not shown.
  const told: Fact[] = [
    [t("energyExported"), session.energyExported === 0 ? null : format.energy(session.energyExported)],
    [t("chargingState"), session.chargingState],
    [t("triggerReason"), session.triggerReason],
    [t("lastEvent"), session.lastEventAt && format.time(session.lastEventAt)],
    [t("closedBy"), session.stopReason === null ? null : session.closedBy],
    [t("stopIdToken"), session.stopIdToken],
    [t("phases"), session.numberOfPhasesUsed],
    [t("cable"), session.cableMaxCurrent && `${session.cableMaxCurrent} A`],
    [t("timeCharging"), session.timeSpentCharging && format.duration(session.timeSpentCharging)],
    [t("operationMode"), session.operationMode],
    [t("missingEvents"), session.missingEvents.length > 0 ? session.missingEvents.join(", ") : null],
  ];
  return <Facts of={[...always, ...told.filter(([, value]) => value !== null && value !== undefined)]} />;
}
