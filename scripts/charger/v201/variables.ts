/** GetVariables, SetVariables, and reports of the device model in several parts. */
import { CommandFault } from "../errors.ts";
import { type Context, tell } from "./context.ts";
import { currentValue, matches, type Row, reportOf } from "./device-model.ts";
import type { Handlers, v21, v201 } from "./messages.ts";
import { iso, parts } from "./types.ts";

const REPORT_ITEMS = 20;

/** What a CSMS wants to know of a component at a glance. */
const SUMMARY = new Set(["Available", "AvailabilityState", "Problem", "Enabled"]);

const BASES: Record<v201.ReportBaseEnumType, (row: Row) => boolean> = {
  ConfigurationInventory: ({ mutability }) => mutability !== "ReadOnly",
  FullInventory: () => true,
  SummaryInventory: ({ variable }) => SUMMARY.has(variable.name),
};

export function variableHandlers(context: Context): Handlers {
  const { model, timers } = context;

  /** More than the limit may be refused; a charger that obeyed any number could not find a CSMS that sends too many. */
  function limitItems(kind: string, count: number): void {
    const most = model.number(`DeviceDataCtrlr.ItemsPerMessage/${kind}`);
    if (count > most) throw new CommandFault("missing", `${count} items; ItemsPerMessage allows ${most}`);
  }

  function read(address: v21.GetVariableDataType): v201.GetVariableResultType {
    const { component, variable, attributeType } = address;
    const echo = { component, variable, ...(attributeType && { attributeType }) };
    const look = model.find(address);
    if (!look.ok) return { ...echo, attributeStatus: look.status };
    if (look.row.mutability === "WriteOnly") return { ...echo, attributeStatus: "Rejected" };
    return { ...echo, attributeStatus: "Accepted", attributeValue: currentValue(look.row).slice(0, 2500) };
  }

  async function report(requestId: number, rows: readonly Row[]): Promise<void> {
    const generatedAt = iso(timers.now());
    const reportData = rows.map(reportOf);
    for (const { items, seqNo, tbc } of parts(reportData, REPORT_ITEMS))
      await tell(context, "NotifyReport", { requestId, generatedAt, seqNo, tbc, reportData: items });
  }

  /** A component that lacks the variable counts as if it had it set. */
  function meets(row: Row, criteria: readonly v201.ComponentCriterionEnumType[]): boolean {
    return criteria.every((name) => {
      const look = model.find({ component: row.component, variable: { name } });
      return look.ok ? currentValue(look.row) === "true" : name !== "Problem";
    });
  }

  return {
    GetVariables({ getVariableData }) {
      limitItems("GetVariables", getVariableData.length);
      return { response: { getVariableResult: getVariableData.map(read) } };
    },
    SetVariables({ setVariableData }) {
      limitItems("SetVariables", setVariableData.length);
      const setVariableResult = setVariableData.map((item): v201.SetVariableResultType => {
        const { component, variable, attributeType, attributeValue } = item;
        const attributeStatus = model.change(item, attributeValue);
        return { component, variable, ...(attributeType && { attributeType }), attributeStatus };
      });
      return { response: { setVariableResult } };
    },
    GetBaseReport({ requestId, reportBase }) {
      const rows = model.rows.filter(BASES[reportBase]);
      return { response: { status: "Accepted" }, after: () => void report(requestId, rows) };
    },
    GetReport({ requestId, componentCriteria = [], componentVariable = [] }) {
      limitItems("GetReport", componentVariable.length);
      const rows = model.rows.filter(
        (row) =>
          meets(row, componentCriteria) &&
          (componentVariable.length === 0 || componentVariable.some((wanted) => matches(row, wanted))),
      );
      if (rows.length === 0) return { response: { status: "EmptyResultSet" } };
      return { response: { status: "Accepted" }, after: () => void report(requestId, rows) };
    },
  };
}
