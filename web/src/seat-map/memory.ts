/** The choice outlives a detour: kept for the tab, and forgotten once it was sent and could be had. */

type Kept = { seats: [number, string][]; wasSent: boolean };

export class Memory {
  private readonly before: Kept;
  private isSent = false;

  constructor(private readonly key: string) {
    this.before = read(key);
  }

  /** What was chosen before, given what the page says could not be had when it was sent. */
  recall(refused: number[]): [number, string][] {
    const types = new Map(this.before.seats);
    if (!this.before.wasSent && refused.length === 0) return this.before.seats;
    return refused.map((number) => [number, types.get(number) ?? ""]);
  }

  keep(seats: [number, string][]): void {
    this.write({ seats, wasSent: this.isSent });
  }

  /** Remember that the choice is on its way. */
  send(): void {
    this.isSent = true;
    this.write({ ...read(this.key), wasSent: true });
  }

  private write(kept: Kept): void {
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  }
}

function read(key: string): Kept {
  const nothing: Kept = { seats: [], wasSent: false };
  try {
    return { ...nothing, ...(JSON.parse(sessionStorage.getItem(key) ?? "{}") as Kept) };
  } catch {
    return nothing;
  }
}
