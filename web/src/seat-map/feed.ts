/** Where data comes from: the geometry, the offer, and the states as they change. */

import type { WireGeometry } from "./geometry";
import type { Offer } from "./offer";
import type { WireAvailability, WireDelta } from "./states";

const AGAIN_MS = 5_000;
const PATIENCE_MS = 4_000;

export interface Told {
  everything(states: WireAvailability): void;
  changes(delta: WireDelta): void;
  connection(isGood: boolean): void;
}

/** Read a geometry; the session's cookie goes along, for the office. */
export function readGeometry(address: string, signal: AbortSignal): Promise<WireGeometry> {
  return read<WireGeometry>(address, signal);
}

/** One event's public data. */
export class Feed {
  private stream: EventSource | null = null;
  private timer = 0;
  private isGood = true;

  constructor(
    private readonly organization: string,
    private readonly slug: string,
    private readonly signal: AbortSignal,
  ) {}

  offer(): Promise<Offer> {
    return read<Offer>(this.address("offer"), this.signal);
  }

  /** The geometry; with its version it comes from the browser's cache. */
  geometry(version: string | null): Promise<WireGeometry> {
    return read<WireGeometry>(this.address("map", version ? { v: version } : {}), this.signal);
  }

  availability(): Promise<WireAvailability> {
    return read<WireAvailability>(this.address("availability"), this.signal);
  }

  /** Tell changes from a version on; a page that nobody sees asks for none. */
  follow(version: string, told: Told): void {
    const restart = (): void => void this.restart(told);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : restart()), {
      signal: this.signal,
    });
    window.addEventListener("pageshow", (event) => event.persisted && restart(), { signal: this.signal });
    this.signal.addEventListener("abort", () => this.stop());
    if (!document.hidden) this.open(version, told);
  }

  private open(version: string, told: Told): void {
    this.stop();
    const stream = new EventSource(this.address("availability/stream", { since: version }));
    this.stream = stream;
    stream.addEventListener("open", () => this.say(true, told));
    stream.addEventListener("delta", (event) => {
      this.say(true, told);
      told.changes(JSON.parse((event as MessageEvent<string>).data) as WireDelta);
    });
    stream.addEventListener("reset", () => this.again(told, 0));
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) this.again(told, AGAIN_MS);
      else this.later(() => this.say(false, told), PATIENCE_MS);
    });
  }

  private async restart(told: Told): Promise<void> {
    try {
      const states = await this.availability();
      told.everything(states);
      this.say(true, told);
      this.open(states.version, told);
    } catch {
      if (this.signal.aborted) return;
      this.say(false, told);
      this.again(told, AGAIN_MS);
    }
  }

  private again(told: Told, ms: number): void {
    this.stop();
    this.later(() => void this.restart(told), ms);
  }

  private stop(): void {
    this.stream?.close();
    this.stream = null;
    clearTimeout(this.timer);
  }

  private later(act: () => void, ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(act, ms);
  }

  private say(isGood: boolean, told: Told): void {
    if (isGood) clearTimeout(this.timer);
    if (isGood === this.isGood) return;
    this.isGood = isGood;
    told.connection(isGood);
  }

  private address(what: string, query: Record<string, string> = {}): string {
    const search = new URLSearchParams({ organization: this.organization, ...query });
    return `/api/client/events/${encodeURIComponent(this.slug)}/${what}?${search.toString()}`;
  }
}

async function read<T>(address: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(address, { signal, headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return (await answer.json()) as T;
}
