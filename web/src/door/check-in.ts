/** `<check-in>`: reads the codes of bookings, by camera or hand scanner, and shows who is in. */

import { listenToWedge } from "./wedge";

class CheckIn extends HTMLElement {
  #stops: (() => void)[] = [];
  #isBusy = false;

  connectedCallback(): void {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#read(this.#field.value);
    });
    this.#stops.push(listenToWedge(document, (code) => void this.#read(code)));
    this.#offerCamera();
    this.toggleAttribute("ready", true);
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form")!;
  }

  get #field(): HTMLInputElement {
    return this.#form.elements.namedItem("code") as HTMLInputElement;
  }

  /** Send a code as the form would, and show what the page says about it. */
  async #read(code: string): Promise<void> {
    if (this.#isBusy || code.trim() === "") return;
    this.#isBusy = true;
    this.#field.value = code;
    const body = new URLSearchParams([...new FormData(this.#form)].map(([name, value]) => [name, String(value)]));
    this.#field.value = "";
    try {
      const answer = await fetch(this.#form.action, { method: "POST", body });
      const told = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-result]");
      this.#say(told?.innerHTML ?? "");
    } catch {
      this.#say('<section class="verdict-card"><h2>No network</h2><p>Please try again.</p></section>');
    } finally {
      this.#isBusy = false;
      this.#field.focus();
    }
  }

  #say(html: string): void {
    this.querySelector("[data-result]")!.innerHTML = html;
  }

  #offerCamera(): void {
    if (!("mediaDevices" in navigator)) return;
    const place = this.querySelector<HTMLElement>("[data-camera]")!;
    const note = place.querySelector("[data-camera-note]")!;
    const button = place.querySelector("button")!;
    place.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      note.textContent = "";
      try {
        const { Camera } = await import("./camera");
        const camera = new Camera(place.querySelector("video")!, (code) => void this.#read(code));
        await camera.start();
        this.#stops.push(() => camera.stop());
        place.toggleAttribute("data-running", true);
      } catch {
        note.textContent = "The camera cannot be used. Allow it in the browser’s settings, or type the code.";
      } finally {
        button.disabled = false;
      }
    });
  }
}

customElements.define("check-in", CheckIn);
