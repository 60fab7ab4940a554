/** Monitors at work: each looks at its variable and says when there is something to tell. Knows no message. */
import type { Timers } from "../clock.ts";
import { currentValue, type Row } from "./device-model.ts";
import type { v201 } from "./messages.ts";

export interface Monitor {
  readonly id: number;
  readonly row: Row;
  readonly type: v201.MonitorEnumType;
  readonly value: number;
  readonly severity: number;
  readonly transaction: boolean;
}

export interface Notice {
  monitor: Monitor;
  value: string;
  trigger: v201.EventTriggerEnumType;
  /** A threshold that is respected again. */
  cleared: boolean;
}

interface Watch {
  monitor: Monitor;
  /** The value that was told last, or that there was at the beginning. */
  told: string;
  exceeded: boolean;
  cancel(): void;
}

export class Monitors {
  readonly #timers: Timers;
  readonly #notice: (notice: Notice) => void;
  readonly #watches = new Map<number, Watch>();
  #lastId = 0;

  constructor(timers: Timers, notice: (notice: Notice) => void) {
    this.#timers = timers;
    this.#notice = notice;
  }

  get all(): Monitor[] {
    return [...this.#watches.values()].map(({ monitor }) => monitor);
  }

  find(id: number): Monitor | undefined {
    return this.#watches.get(id)?.monitor;
  }

  isDuplicate(row: Row, type: Monitor["type"], severity: number, except: number | undefined): boolean {
    return this.all.some(
      (other) => other.id !== except && other.row === row && other.type === type && other.severity === severity,
    );
  }

  /** With the id of an old monitor the new one takes its place. */
  set({ id = ++this.#lastId, ...rest }: Omit<Monitor, "id"> & { id: number | undefined }): Monitor {
    this.clear(id);
    const monitor = { id, ...rest };
    const watch: Watch = { monitor, told: currentValue(rest.row), exceeded: false, cancel: () => {} };
    this.#watches.set(id, watch);
    if (monitor.type === "Periodic" || monitor.type === "PeriodicClockAligned") this.#repeat(watch);
    else this.#compare(watch);
    return monitor;
  }

  clear(id: number): boolean {
    this.#watches.get(id)?.cancel();
    return this.#watches.delete(id);
  }

  /** Called after every change of the machine. */
  look(): void {
    for (const watch of this.#watches.values()) this.#compare(watch);
  }

  #repeat(watch: Watch): void {
    const everyMs = Math.max(1, watch.monitor.value) * 1000;
    const firstMs = watch.monitor.type === "Periodic" ? everyMs : everyMs - (this.#timers.now() % everyMs);
    watch.cancel = this.#timers.after(firstMs, () => {
      const value = currentValue(watch.monitor.row);
      this.#notice({ monitor: watch.monitor, value, trigger: "Periodic", cleared: false });
      this.#repeat(watch);
    });
  }

  #compare(watch: Watch): void {
    const { monitor } = watch;
    const value = currentValue(monitor.row);
    if (monitor.type === "Delta") {
      if (!isDelta(watch.told, value, monitor.value)) return;
      watch.told = value;
      this.#notice({ monitor, value, trigger: "Delta", cleared: false });
    } else if (monitor.type === "UpperThreshold" || monitor.type === "LowerThreshold") {
      const exceeded =
        monitor.type === "UpperThreshold" ? Number(value) > monitor.value : Number(value) < monitor.value;
      if (exceeded === watch.exceeded) return;
      watch.exceeded = exceeded;
      this.#notice({ monitor, value, trigger: "Alerting", cleared: !exceeded });
    }
  }
}

/** Of a state any change is a delta; of a number only one that is large enough. */
function isDelta(told: string, value: string, least: number): boolean {
  if (told === value) return false;
  const difference = Math.abs(Number(value) - Number(told));
  return Number.isNaN(difference) || difference >= least;
}
