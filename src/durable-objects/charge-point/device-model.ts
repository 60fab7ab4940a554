// What the charger told of its device model, one row a component: a report names its variables component by component,
// so that a thousand variables cost about as many rows as there are components and parts.
import {
  componentKey,
  type KnownComponent,
  type KnownVariable,
  merge,
  type ToldVariable,
} from "../../ocpp/device-model.ts";
import type { Storage } from "./storage.ts";

export class DeviceModel {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** In the order of their names. */
  components(): KnownComponent[] {
    if (this.#storage.isEmpty) return [];
    return this.#storage.sql
      .exec<{ data: string }>("SELECT data FROM components ORDER BY key")
      .toArray()
      .map(({ data }) => parse(data));
  }

  /** The actual value of a variable of the charging station; names without regard to case. */
  actual(component: string, variable: string, variableInstance?: string): string | undefined {
    const known = this.#get(componentKey({ component }));
    const found = known?.variables.find(
      (one) =>
        one.variable.toLowerCase() === variable.toLowerCase() &&
        one.variableInstance?.toLowerCase() === variableInstance?.toLowerCase(),
    );
    return found?.attributes.find(({ type }) => type === "Actual")?.value;
  }

  /** Must run inside a storage transaction. */
  told(variables: readonly ToldVariable[], at: number): void {
    const changed = new Map<string, KnownComponent>();
    for (const variable of variables) {
      const key = componentKey(variable);
      changed.set(key, merge(changed.get(key) ?? this.#get(key), variable, at));
    }
    for (const [key, component] of changed) this.#put(key, component);
  }

  /** After a full report: what it did not name is no longer there. */
  forgetVariables(toldBefore: number): void {
    this.#rewrite((variable) => (variable.at < toldBefore ? undefined : variable));
  }

  forgetMonitors(isGone: (monitor: { id: number; at: number }) => boolean): void {
    this.#rewrite((variable) => {
      const { monitors, ...rest } = variable;
      const left = monitors?.filter((monitor) => !isGone(monitor));
      if (left === undefined || left.length === monitors?.length) return variable;
      return left.length === 0 ? rest : { ...rest, monitors: left };
    });
  }

  /** Writes only the components that change. */
  #rewrite(change: (variable: KnownVariable) => KnownVariable | undefined): void {
    for (const component of this.components()) {
      const variables = component.variables.flatMap((variable) => change(variable) ?? []);
      const isSame =
        variables.length === component.variables.length && variables.every((v, i) => v === component.variables[i]);
      if (isSame) continue;
      const key = componentKey(component);
      if (variables.length === 0) this.#storage.sql.exec("DELETE FROM components WHERE key = ?", key);
      else this.#put(key, { ...component, variables });
    }
  }

  #get(key: string): KnownComponent | undefined {
    if (this.#storage.isEmpty) return undefined;
    const [row] = this.#storage.sql.exec<{ data: string }>("SELECT data FROM components WHERE key = ?", key).toArray();
    return row === undefined ? undefined : parse(row.data);
  }

  #put(key: string, component: KnownComponent): void {
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO components (key, data) VALUES (?, ?)",
      key,
      JSON.stringify(component),
    );
  }
}

/** The column is written by #put() alone, so its shape is ours. */
function parse(data: string): KnownComponent {
  const component: KnownComponent = JSON.parse(data);
  return component;
}
