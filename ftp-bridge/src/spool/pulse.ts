// Whether the Worker was there when it was last asked, and a wait that ends early when it is back.

export interface Pulse {
  readonly away: boolean;
  note(reached: boolean): void;
  /** Resolves after `ms`, when the Worker is back, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createPulse(onChange: (away: boolean) => void): Pulse {
  let away = false;
  const waiting = new Set<() => void>();
  return {
    get away() {
      return away;
    },
    note(reached) {
      if (away === !reached) return;
      away = !reached;
      onChange(away);
      if (reached) for (const wake of [...waiting]) wake();
    },
    wait(ms, signal) {
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
        signal.addEventListener("abort", wake);
        if (signal.aborted) wake();
      });
    },
  };
}
