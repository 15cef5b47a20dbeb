/** Talking to the server; what fails for want of a network is told from what is refused. */

import type { Answer, Figures, Scan, Setup } from "./types";

const PATIENCE_MS = 4000;
const UPLOAD_PATIENCE_MS = 20_000;

/** The server could not be reached, or could not answer: it is worth trying again. */
export class NoNetwork extends Error {}

/** The server refuses this phone or this page: trying again changes nothing. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, said: string) {
    super(said);
    this.status = status;
  }
}

export class Wire {
  #setup: Setup;
  #csrf: string;

  constructor(setup: Setup, csrf: string) {
    this.#setup = setup;
    this.#csrf = csrf;
  }

  async scan(scans: Scan[], isUpload: boolean): Promise<Answer> {
    const sentAt = new Date().toISOString();
    const body = JSON.stringify({ scans: scans.map((scan) => ({ ...scan, sentAt })) });
    const patience = isUpload ? UPLOAD_PATIENCE_MS : PATIENCE_MS;
    return (await this.#ask("/scans", { method: "POST", body }, patience)) as Answer;
  }

  async revert(scanId: string): Promise<Figures> {
    return (await this.#ask(`/scans/${scanId}/revert`, { method: "POST", body: "{}" }, PATIENCE_MS)) as Figures;
  }

  async figures(): Promise<Figures> {
    return (await this.#ask(`/figures?event=${this.#setup.eventId}`, {}, PATIENCE_MS)) as Figures;
  }

  async manifest(): Promise<{ payload: string; signature: string }> {
    const path = `/manifest?event=${this.#setup.eventId}`;
    return (await this.#ask(path, {}, UPLOAD_PATIENCE_MS)) as { payload: string; signature: string };
  }

  async #ask(path: string, init: RequestInit, patience: number): Promise<unknown> {
    let answer: Response;
    try {
      answer = await fetch(this.#setup.door + path, {
        ...init,
        headers: { "content-type": "application/json", "x-csrf-token": this.#csrf },
        signal: AbortSignal.timeout(patience),
      });
    } catch {
      throw new NoNetwork();
    }
    if (answer.status >= 500 || answer.status === 429) throw new NoNetwork();
    if (!answer.ok) throw new Refused(answer.status, await said(answer));
    try {
      return await answer.json();
    } catch {
      throw new NoNetwork();
    }
  }
}

async function said(answer: Response): Promise<string> {
  try {
    const problem = (await answer.json()) as { title: string; detail?: string };
    return problem.detail ?? problem.title;
  } catch {
    return "The server refused this.";
  }
}
