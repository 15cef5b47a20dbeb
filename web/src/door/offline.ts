/** Judging without a network: by the signed manifest, and by who came in at this phone. */

import { fromBase64url, isSigned, markOfShortCode, readCode } from "./code";
import type { Direction, Setup } from "./types";

interface Signed {
  payload: string;
  signature: string;
}

export interface Manifest {
  eventId: string;
  keys: Record<string, string>;
  revokedKeys?: Record<string, string>;
  sold: string;
  inside: string;
  validFrom: string | null;
  validUntil: string | null;
  expiresAt: string;
}

const MARK_CHARACTERS = 8;

export class OfflineJudge {
  #setup: Setup;
  #store: Storage;
  #manifest: Manifest | null = null;
  #sold = new Set<string>();
  #inside = new Set<string>();
  #moved: Record<string, Direction>;

  constructor(setup: Setup, store: Storage) {
    this.#setup = setup;
    this.#store = store;
    this.#moved = JSON.parse(store.getItem(this.#movedKey) ?? "{}") as Record<string, Direction>;
  }

  /** Whether tickets can be judged now. */
  get isReady(): boolean {
    return this.#manifest !== null;
  }

  /** Take the manifest that was kept before, if it still holds. */
  async remember(): Promise<void> {
    const kept = this.#store.getItem(this.#manifestKey);
    if (kept !== null) await this.#take(JSON.parse(kept) as Signed);
  }

  /** Take a manifest from the server, and keep it for the next time. */
  async learn(signed: Signed): Promise<void> {
    if (!(await this.#take(signed))) return;
    try {
      this.#store.setItem(this.#manifestKey, JSON.stringify(signed));
    } catch {
      // No room: it is fetched again when the page is loaded.
    }
  }

  /** Return the verdict on a code, or null when nothing can be said. */
  async judge(code: string, direction: Direction, now: Date): Promise<string | null> {
    const manifest = this.#manifest;
    if (manifest === null || now >= new Date(manifest.expiresAt)) return null;
    const read = readCode(code);
    let mark = read?.mark ?? null;
    if (read !== null) {
      if (read.eventId !== manifest.eventId) return "wrong_event";
      const revoked = manifest.revokedKeys?.[read.keyId];
      const key = manifest.keys[read.keyId] ?? revoked;
      if (key === undefined) return "bad_signature";
      const isOurs = await isSigned(key, read.signed, read.signature);
      if (isOurs === null) return null;
      if (!isOurs) return "bad_signature";
      if (revoked !== undefined) return "revoked";
    } else {
      mark = markOfShortCode(code);
      if (mark === null) return null;
    }
    // What was typed may be a ticket of another event, or one that was refunded: only the house knows.
    if (mark === null || !this.#sold.has(mark)) return read === null ? null : "revoked";
    return this.#byTimeAndPlace(mark, direction, now, manifest);
  }

  /** Remember who came in or left at this phone. */
  note(code: string, direction: Direction): void {
    const mark = readCode(code)?.mark ?? markOfShortCode(code);
    if (mark === null) return;
    this.#moved[mark] = direction;
    this.#keepMoves();
  }

  /** Forget a move that was taken back. */
  forget(code: string): void {
    const mark = readCode(code)?.mark ?? markOfShortCode(code);
    if (mark === null) return;
    delete this.#moved[mark];
    this.#keepMoves();
  }

  #byTimeAndPlace(mark: string, direction: Direction, now: Date, manifest: Manifest): string {
    const moved = this.#moved[mark];
    const isInside = moved === "in" || (moved === undefined && this.#inside.has(mark));
    if (direction === "out") return isInside ? "exit_ok" : "exit_without_entry";
    if (manifest.validFrom !== null && now < new Date(manifest.validFrom)) return "not_yet_valid";
    if (manifest.validUntil !== null && now >= new Date(manifest.validUntil)) return "expired";
    if (isInside) return "already_in";
    return moved === "out" ? "ok_reentry" : "ok";
  }

  async #take(signed: Signed): Promise<boolean> {
    const bytes = new TextEncoder().encode(signed.payload);
    const holds = await isSigned(this.#setup.manifestKey, bytes, fromBase64url(signed.signature));
    if (holds !== true) return false;
    const manifest = JSON.parse(signed.payload) as Manifest;
    if (manifest.eventId !== this.#setup.eventId) return false;
    this.#manifest = manifest;
    this.#sold = marks(manifest.sold);
    this.#inside = marks(manifest.inside);
    return true;
  }

  #keepMoves(): void {
    try {
      this.#store.setItem(this.#movedKey, JSON.stringify(this.#moved));
    } catch {
      // No room: it is still known until the page is left.
    }
  }

  get #manifestKey(): string {
    return `door:manifest:${this.#setup.eventId}`;
  }

  get #movedKey(): string {
    return `door:moved:${this.#setup.eventId}`;
  }
}

function marks(joined: string): Set<string> {
  const found = new Set<string>();
  for (let at = 0; at < joined.length; at += MARK_CHARACTERS) found.add(joined.slice(at, at + MARK_CHARACTERS));
  return found;
}
