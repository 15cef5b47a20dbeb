/** What is free: two bits a seat, kept right by what the server tells. */

export const FREE = 0;
export const HELD = 1;
export const SOLD = 2;
export const NOT_FOR_SALE = 3;

export interface WireAvailability {
  version: string;
  seatCount: number;
  seats: string;
  areas: { poolId: string; available: number }[];
}

export interface WireDelta {
  version: string;
  changes: [number, number][];
  areas: { poolId: string; available: number }[];
}

export class SeatStates {
  version = "";
  readonly areas = new Map<string, number>();
  private states = new Uint8Array(0);

  /** The state of the seat with this number. */
  of(number: number): number {
    return this.states[number] ?? NOT_FOR_SALE;
  }

  /** Take over everything; return the numbers of seats that changed. */
  replace(wire: WireAvailability): number[] {
    const before = this.states;
    this.states = unpack(wire.seats, wire.seatCount);
    this.version = wire.version;
    this.setAreas(wire.areas);
    const changed: number[] = [];
    this.states.forEach((state, number) => {
      if (state !== (before[number] ?? NOT_FOR_SALE)) changed.push(number);
    });
    for (let number = this.states.length; number < before.length; number++) changed.push(number);
    return changed;
  }

  /** Take over what changed; return the numbers of those seats. */
  apply(delta: WireDelta): number[] {
    this.version = delta.version;
    this.setAreas(delta.areas);
    const highest = delta.changes.reduce((most, [number]) => Math.max(most, number), -1);
    if (highest >= this.states.length) {
      const grown = new Uint8Array(highest + 1).fill(NOT_FOR_SALE);
      grown.set(this.states);
      this.states = grown;
    }
    for (const [number, state] of delta.changes) this.states[number] = state;
    return delta.changes.map(([number]) => number);
  }

  private setAreas(areas: { poolId: string; available: number }[]): void {
    for (const { poolId, available } of areas) this.areas.set(poolId, available);
  }
}

function unpack(base64: string, count: number): Uint8Array<ArrayBuffer> {
  const bytes = atob(base64);
  const states = new Uint8Array(count);
  for (let number = 0; number < count; number++) {
    states[number] = (bytes.charCodeAt(number >> 2) >> ((number & 3) * 2)) & 3;
  }
  return states;
}
