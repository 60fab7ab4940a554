// A moment in which what has time waits for company: a charger's boot follows its connection. The platform puts no actor
// to sleep that has a timer; with the process the timer is gone, and so is the connection.

const COMPANY_MS = 1_000;

export class Company {
  readonly #over: () => void;
  #state: "none" | "awaited" | "over" = "none";

  /** @param over told when nobody has to wait any longer */
  constructor(over: () => void) {
    this.#over = over;
  }

  get isOver(): boolean {
    return this.#state === "over";
  }

  /** What comes next may wait anew. */
  renew(): void {
    if (this.isOver) this.#state = "none";
  }

  await(): void {
    if (this.#state !== "none") return;
    this.#state = "awaited";
    setTimeout(() => {
      this.#state = "over";
      this.#over();
    }, COMPANY_MS);
  }
}
