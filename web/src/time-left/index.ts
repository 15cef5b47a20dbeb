/** `<time-left until="…" now="…">`: the minutes and seconds that places are still held. */

import { inWords } from "./words";

const SECOND = 1000;
const LAST_CALL = 120 * SECOND;

class TimeLeft extends HTMLElement {
  #timer = 0;

  connectedCallback(): void {
    const left = this.#instant("until") - this.#instant("now");
    if (!(left > 0)) return;
    const ends = performance.now() + left;
    const shown = document.createElement("span");
    shown.setAttribute("role", "timer");
    const spoken = document.createElement("span");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    this.replaceChildren(shown, spoken);
    const tick = (): void => {
      const rest = ends - performance.now();
      shown.textContent = inWords(rest);
      this.toggleAttribute("last-call", rest < LAST_CALL);
      if (rest < LAST_CALL && spoken.textContent === "") spoken.textContent = "Two minutes are left.";
      if (rest > 0) return;
      window.clearInterval(this.#timer);
      location.reload();
    };
    tick();
    this.#timer = window.setInterval(tick, SECOND);
  }

  #instant(name: string): number {
    return Date.parse(this.getAttribute(name) ?? "");
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
  }
}

customElements.define("time-left", TimeLeft);
