/** What the scanner speaks of. */

export type Tone = "ok" | "warn" | "stop";
export type Direction = "in" | "out";

export interface Words {
  tone: Tone;
  title: string;
  detail: string;
}

export interface Setup {
  door: string;
  eventId: string;
  gateId: string | null;
  manifestKey: string;
  words: Record<string, Words>;
}

export interface Scan {
  scanId: string;
  eventId: string;
  gateId: string | null;
  code: string;
  direction: Direction;
  scannedAt: string;
  sequence: number;
  isOffline: boolean;
  offlineResult: string | null;
}

export interface Ticket {
  publicId: string;
  ticketType: string;
  section: string;
  row: string;
  seat: string;
  holderName: string;
}

export interface Verdict extends Words {
  scanId: string;
  result: string;
  isRepeat: boolean;
  isConflict: boolean;
  ticket: Ticket | null;
}

export interface Problem {
  status: number;
  title: string;
  detail?: string;
}

export interface Figures {
  inside: number;
  tickets: number;
}

export interface Answer {
  items: { verdict?: Verdict | null; problem?: Problem | null }[];
  figures: Figures | null;
}
