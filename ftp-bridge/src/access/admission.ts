// How many connections there may be: in total and from one address.

export class Admission {
  readonly #most: number;
  readonly #mostPerAddress: number;
  readonly #perAddress = new Map<string, number>();
  #total = 0;

  constructor(most: number, mostPerAddress: number) {
    this.#most = most;
    this.#mostPerAddress = mostPerAddress;
  }

  get total(): number {
    return this.#total;
  }

  /** @returns how to leave, or undefined when it is full */
  enter(address: string): (() => void) | undefined {
    const same = this.#perAddress.get(address) ?? 0;
    if (this.#total >= this.#most || same >= this.#mostPerAddress) return undefined;
    this.#total += 1;
    this.#perAddress.set(address, same + 1);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#total -= 1;
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, left);
    };
  }
}
