/** `<signature-pad>`: a place to draw a signature; who cannot draw, signs by the typed name alone. */

import "./signature-pad.css";
import { HEIGHT, type Point, WIDTH, inBox, pathOf } from "./strokes";

const SVG = "http://www.w3.org/2000/svg";

class SignaturePad extends HTMLElement {
  readonly #strokes: Point[][] = [];
  readonly #field = document.createElement("input");
  readonly #path = document.createElementNS(SVG, "path");

  connectedCallback(): void {
    this.#field.type = "hidden";
    this.#field.name = "strokes";
    const pad = document.createElementNS(SVG, "svg");
    pad.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    pad.setAttribute("role", "img");
    pad.setAttribute("aria-label", "Your drawn signature");
    pad.append(this.#path);
    this.replaceChildren(this.#hint(), pad, this.#field);
    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      this.#strokes.push([inBox(event, pad.getBoundingClientRect())]);
    });
    pad.addEventListener("pointermove", (event) => {
      if (!pad.hasPointerCapture(event.pointerId)) return;
      this.#strokes.at(-1)?.push(inBox(event, pad.getBoundingClientRect()));
      this.#show();
    });
  }

  #hint(): HTMLParagraphElement {
    const hint = document.createElement("p");
    hint.className = "muted";
    const words = document.createElement("span");
    words.textContent = "Draw your signature with finger, pen or mouse; or leave this empty and sign by name.";
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "quiet";
    clear.textContent = "Clear";
    clear.addEventListener("click", () => {
      this.#strokes.length = 0;
      this.#show();
    });
    hint.append(words, clear);
    return hint;
  }

  #show(): void {
    const path = pathOf(this.#strokes);
    this.#path.setAttribute("d", path);
    this.#field.value = path;
  }
}

customElements.define("signature-pad", SignaturePad);
