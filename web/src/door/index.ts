/** `<door-scanner>`: reads tickets and tells at once what to do, with a network or without. */

import "./check-in";
import "./door.css";
import { fillCodeFromAddress } from "./enrolment";
import { wakeSound } from "./feedback";
import { newId } from "./ids";
import { keepPage } from "./kept";
import { LastScans } from "./last-scans";
import { OfflineJudge } from "./offline";
import { Queue } from "./queue";
import type { Answer, Direction, Figures, Scan, Setup, Verdict, Words } from "./types";
import { VerdictDialog } from "./verdict-dialog";
import { listenToWedge } from "./wedge";
import { NoNetwork, Refused, Wire } from "./wire";

const UPLOAD_EVERY_MS = 5000;
const LEARN_EVERY_MS = 180_000;
const UPLOAD_AT_ONCE = 50;
const UNCHECKED: Words = {
  tone: "warn",
  title: "Not checked",
  detail: "There is no network. Look at the ticket yourself: it is checked later.",
};
const REFUSED: Words = { tone: "stop", title: "Not possible", detail: "" };

class DoorScanner extends HTMLElement {
  #setup!: Setup;
  #wire!: Wire;
  #judge!: OfflineJudge;
  #dialog!: VerdictDialog;
  #last!: LastScans;
  #queue = new Queue(localStorage);
  #isOnline = true;
  #isUploading = false;
  #isBusy = false;
  #stops: (() => void)[] = [];

  connectedCallback(): void {
    this.#setup = JSON.parse(this.dataset["setup"] ?? "{}") as Setup;
    const csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
    this.#wire = new Wire(this.#setup, csrf);
    this.#judge = new OfflineJudge(this.#setup, localStorage);
    this.#dialog = new VerdictDialog(this.#find<HTMLDialogElement>("[data-verdict]"));
    this.#last = new LastScans(this.#find("[data-last]"), (scan) => void this.#takeBack(scan));
    this.#listen();
    this.#offerCamera();
    void this.#judge.remember().then(() => this.#learn());
    void this.#upload();
    this.#every(UPLOAD_EVERY_MS, () => void this.#upload());
    this.#every(LEARN_EVERY_MS, () => void this.#learn());
    this.toggleAttribute("ready", true);
    void keepPage().then(() => this.toggleAttribute("kept", true));
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #listen(): void {
    const form = this.#find<HTMLFormElement>("[data-form]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      wakeSound();
      const field = form.elements.namedItem("code") as HTMLInputElement;
      const code = field.value.trim();
      field.value = "";
      if (code !== "") void this.#read(code);
    });
    this.#stops.push(listenToWedge(document, (code) => void this.#read(code)));
    const back = (): void => void this.#upload();
    window.addEventListener("online", back);
    this.#stops.push(() => window.removeEventListener("online", back));
  }

  #offerCamera(): void {
    if (!("mediaDevices" in navigator)) return;
    const place = this.#find<HTMLElement>("[data-camera]");
    const note = this.#find("[data-camera-note]");
    const button = this.#find<HTMLButtonElement>("[data-camera-start]");
    place.hidden = false;
    button.addEventListener("click", async () => {
      wakeSound();
      button.disabled = true;
      note.textContent = "";
      try {
        const { Camera } = await import("./camera");
        const camera = new Camera(this.#find("video"), (code) => void this.#read(code));
        await camera.start();
        this.#stops.push(() => camera.stop());
        place.toggleAttribute("data-running", true);
        void keepAwake();
      } catch {
        note.textContent = "The camera cannot be used. Allow it in the browser’s settings, or type the code.";
      } finally {
        button.disabled = false;
      }
    });
  }

  /** Judge a code and show the verdict; one at a time. */
  async #read(code: string): Promise<void> {
    if (this.#isBusy || this.#dialog.isHolding) return;
    this.#isBusy = true;
    try {
      await this.#scan(code);
    } finally {
      this.#isBusy = false;
    }
  }

  async #scan(code: string): Promise<void> {
    const scan: Scan = {
      scanId: newId(),
      eventId: this.#setup.eventId,
      gateId: this.#setup.gateId,
      code,
      direction: this.#direction,
      scannedAt: new Date().toISOString(),
      sequence: this.#queue.next(),
      isOffline: false,
      offlineResult: null,
    };
    this.#queue.keep(scan);
    try {
      const answer = await this.#wire.scan([scan], false);
      this.#setOnline(true);
      this.#take(scan, answer, true);
    } catch (error) {
      if (error instanceof NoNetwork) await this.#judgeAlone(scan);
      else if (error instanceof Refused) this.#refuse(scan, error);
      else throw error;
    }
  }

  /** There is no network: say what can be said, and keep the scan for later. */
  async #judgeAlone(scan: Scan): Promise<void> {
    this.#setOnline(false);
    const result = await this.#judge.judge(scan.code, scan.direction, new Date(scan.scannedAt));
    this.#queue.keep({ ...scan, isOffline: true, offlineResult: result });
    const words = (result !== null ? this.#setup.words[result] : undefined) ?? UNCHECKED;
    if (words.tone === "ok") this.#judge.note(scan.code, scan.direction);
    this.#last.put(scan, words, "waits for the network");
    this.#dialog.show({
      ...words,
      ticket: null,
      note: result === null ? "" : "Checked without a network.",
      canUndo: false,
    });
    this.#showNetwork();
  }

  /** Take the server's answer to a scan: its verdict, or why there is none. */
  #take(scan: Scan, answer: Answer, isShown: boolean, position = 0): void {
    const item = answer.items[position];
    const verdict = item?.verdict ?? null;
    if (verdict === null) {
      const problem = item?.problem;
      if (problem === null || problem === undefined || problem.status >= 500 || problem.status === 429) return;
      this.#queue.drop(scan.scanId);
      const words = { ...REFUSED, detail: problem.detail ?? problem.title };
      this.#last.put(scan, words, "");
      if (isShown) this.#dialog.show({ ...words, ticket: null, note: "", canUndo: false });
      return;
    }
    this.#queue.drop(scan.scanId);
    this.#noteMove(scan, verdict);
    this.#count(answer.figures);
    const hasMoved = verdict.tone === "ok" && !verdict.isRepeat;
    this.#last.put(scan, verdict, verdict.isConflict ? "let in without a network: see a supervisor" : "", {
      ticket: verdict.ticket,
      canUndo: hasMoved,
    });
    if (!isShown) return;
    this.#dialog.undo = () => void this.#takeBack(scan);
    this.#dialog.show({ ...verdict, note: "", canUndo: hasMoved });
  }

  #noteMove(scan: Scan, verdict: Verdict): void {
    if (verdict.tone === "ok") this.#judge.note(scan.code, scan.direction);
    else if (verdict.result === "already_in") this.#judge.note(scan.code, "in");
  }

  #refuse(scan: Scan, error: Refused): void {
    const isFinal = error.status === 401 || error.status === 403;
    if (!isFinal) this.#queue.drop(scan.scanId);
    const advice = isFinal ? " Load this page again; nothing that was scanned is lost." : "";
    const words = { ...REFUSED, detail: error.message + advice };
    this.#dialog.show({ ...words, ticket: null, note: "", canUndo: false });
    this.#showNetwork();
  }

  async #takeBack(scan: Scan): Promise<void> {
    try {
      this.#count(await this.#wire.revert(scan.scanId));
      this.#judge.forget(scan.code);
      this.#last.put(scan, { tone: "warn", title: "Taken back", detail: "" }, "");
    } catch (error) {
      const said = error instanceof Refused ? error.message : "There is no network: try again in a moment.";
      this.#dialog.show({ ...REFUSED, detail: said, ticket: null, note: "", canUndo: false });
    }
  }

  /** Send what waits; whatever was sent before does no harm. */
  async #upload(): Promise<void> {
    if (this.#isUploading || this.#isBusy) return;
    this.#isUploading = true;
    try {
      await this.#uploadAll();
    } catch (error) {
      if (!(error instanceof NoNetwork || error instanceof Refused)) throw error;
      if (error instanceof NoNetwork) this.#setOnline(false);
    } finally {
      this.#isUploading = false;
      this.#showNetwork();
    }
  }

  async #uploadAll(): Promise<void> {
    for (;;) {
      const scans = this.#queue.waiting().slice(0, UPLOAD_AT_ONCE);
      if (scans.length === 0) {
        this.#count(await this.#wire.figures());
        this.#setOnline(true);
        return;
      }
      const answer = await this.#wire.scan(scans, true);
      this.#setOnline(true);
      scans.forEach((scan, position) => this.#take(scan, answer, false, position));
      if (this.#queue.waiting().length > 0 && answer.items.every((item) => item.verdict == null)) return;
    }
  }

  async #learn(): Promise<void> {
    try {
      await this.#judge.learn(await this.#wire.manifest());
    } catch (error) {
      if (!(error instanceof NoNetwork || error instanceof Refused)) throw error;
    }
    this.toggleAttribute("can-judge-alone", this.#judge.isReady);
  }

  #count(figures: Figures | null): void {
    if (figures === null) return;
    for (const [name, value] of Object.entries({ inside: figures.inside, tickets: figures.tickets })) {
      const place = document.querySelector(`[data-${name}]`);
      if (place !== null) place.textContent = value.toLocaleString();
    }
  }

  #setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
    this.#showNetwork();
  }

  #showNetwork(): void {
    const place = this.#find<HTMLElement>("[data-network]");
    const waiting = this.#queue.waiting().filter((scan) => scan.isOffline || !this.#isBusy).length;
    const waits = waiting === 1 ? "1 scan waits to be sent." : `${waiting} scans wait to be sent.`;
    place.hidden = this.#isOnline && waiting === 0;
    const text = this.#isOnline ? waits : `No network: keep scanning. ${waiting > 0 ? waits : ""}`;
    if (place.textContent !== text) place.textContent = text;
  }

  get #direction(): Direction {
    const form = this.#find<HTMLFormElement>("[data-form]");
    return new FormData(form).get("direction") === "out" ? "out" : "in";
  }

  #every(milliseconds: number, act: () => void): void {
    const timer = window.setInterval(act, milliseconds);
    this.#stops.push(() => window.clearInterval(timer));
  }

  #find<T extends Element = HTMLElement>(selector: string): T {
    const found = this.querySelector<T>(selector);
    if (found === null) throw new Error(`the scanner has no ${selector}`);
    return found;
  }
}

/** A phone at the door does not go to sleep. */
async function keepAwake(): Promise<void> {
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // Not every browser can: then the steward touches the screen now and then.
  }
}

customElements.define("door-scanner", DoorScanner);
fillCodeFromAddress(document);
