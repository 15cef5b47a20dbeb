/** The prices, by colour and name: each filters the map; and what the marks mean. */

import { make, makeButton } from "./dom";
import { readPalette } from "./palette";
import { CHOSEN, drawSeat, lookOf } from "./seat-marks";
import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW } from "./geometry";
import { FREE, HELD, SOLD } from "./states";
import { words } from "./words";

export interface LegendEntry {
  category: number;
  color: string;
  label: string;
  detail: string;
}

/** Buttons that filter; `filter` is told the categories that are wanted, none meaning all. */
export function makeLegend(entries: LegendEntry[], filter: (wanted: Set<number>) => void): HTMLElement {
  const wanted = new Set<number>();
  const root = make("div", { class: "seat-map-legend", role: "group", "aria-label": words.prices });
  const refresh = (): void => {
    for (const button of root.querySelectorAll("button")) {
      const category = Number(button.dataset["category"]);
      button.setAttribute("aria-pressed", String(category < 0 ? wanted.size === 0 : wanted.has(category)));
    }
    filter(wanted);
  };
  const press = (category: number): void => {
    if (category < 0) wanted.clear();
    else if (!wanted.delete(category)) wanted.add(category);
    refresh();
  };
  root.append(makeButton({ "data-category": -1, "aria-pressed": "true" }, () => press(-1), words.allPrices));
  for (const { category, color, label, detail } of entries) {
    const swatch = make("span", { class: "seat-map-swatch", "aria-hidden": "true" });
    swatch.style.background = color;
    root.append(
      makeButton(
        { "data-category": category, "aria-pressed": "false" },
        () => press(category),
        swatch,
        make("span", {}, make("strong", {}, label), make("small", {}, detail)),
      ),
    );
  }
  return root;
}

const MARK_PX = 22;
const MARKS: Record<string, number> = {
  free: lookOf(0, FREE, 0, false),
  chosen: lookOf(0, CHOSEN, 0, false),
  held: lookOf(0, HELD, 0, false),
  sold: lookOf(0, SOLD, 0, false),
  accessible: lookOf(0, FREE, ACCESSIBLE, false),
  companion: lookOf(0, FREE, COMPANION, false),
  restricted: lookOf(0, FREE, RESTRICTED_VIEW, false),
};

/** The meaning of the marks that this map has, drawn as on the map. */
export function makeKey(has: (mark: string) => boolean, color: string): { root: HTMLElement; redraw: () => void } {
  const root = make("ul", { class: "seat-map-key" });
  const marks: [HTMLCanvasElement, string][] = [];
  for (const [mark, meaning] of words.key) {
    if (!has(mark)) continue;
    const canvas = make("canvas", { width: MARK_PX * 3, height: MARK_PX * 3, "aria-hidden": "true" });
    marks.push([canvas, mark]);
    root.append(make("li", {}, canvas, meaning));
  }
  const redraw = (): void => {
    const palette = readPalette(root);
    for (const [canvas, mark] of marks) {
      const ctx = canvas.getContext("2d");
      if (ctx === null) continue;
      ctx.setTransform(3, 0, 0, 3, 0, 0);
      ctx.clearRect(0, 0, MARK_PX, MARK_PX);
      drawSeat(ctx, MARK_PX / 2, MARK_PX / 2, MARK_PX * 0.36, MARKS[mark]!, [color], palette);
    }
  };
  return { root, redraw };
}
