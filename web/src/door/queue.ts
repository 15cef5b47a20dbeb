/** Scans that the server has not answered yet: each kept under its own id until it has. */

import type { Scan } from "./types";

const PREFIX = "door:scan:";
const COUNT = "door:sequence";

export class Queue {
  #store: Storage;

  constructor(store: Storage) {
    this.#store = store;
  }

  /** Keep a scan; kept again, it takes the place of what it was. */
  keep(scan: Scan): void {
    this.#store.setItem(PREFIX + scan.scanId, JSON.stringify(scan));
  }

  /** Forget a scan that was answered. */
  drop(scanId: string): void {
    this.#store.removeItem(PREFIX + scanId);
  }

  /** Return what waits, in the order in which it was scanned. */
  waiting(): Scan[] {
    const scans: Scan[] = [];
    for (let at = 0; at < this.#store.length; at += 1) {
      const name = this.#store.key(at);
      if (name?.startsWith(PREFIX)) scans.push(JSON.parse(this.#store.getItem(name) ?? "") as Scan);
    }
    return scans.sort((one, other) => one.sequence - other.sequence);
  }

  /** Return the next number of this phone's own order. */
  next(): number {
    const number = Number(this.#store.getItem(COUNT) ?? "0") + 1;
    this.#store.setItem(COUNT, String(number));
    return number;
  }
}
