/** The map itself: a canvas that is drawn when something changed, and what people do on it. */

import { make, makeButton } from "./dom";
import { contains, isInside, nearestSeat, type Box, type Hall } from "./geometry";
import { listen, type Meant } from "./gestures";
import { Painter, SEATS_FROM_PX, type Scene } from "./paint";
import { readPalette } from "./palette";
import { Viewport, type Sight } from "./viewport";
import { words } from "./words";

/** From here on a tap chooses; before, it brings the map nearer. */
const MOUSE_CHOOSES_PX = 9;
const FINGER_CHOOSES_PX = 22;
const FINGER_NEARER_PX = 30;
const MOUSE_NEARER_PX = 22;
const SHOWN_PX = 18;
const DOUBLE_TAP_MS = 320;
const RATIO_MAX = 3;
/** How much higher the stage would be than the hall, for names and buttons. */
const ROOM = 1.15;

export interface StageEvents {
  seat(place: number): void;
  section(index: number): void;
  area(index: number): void;
  /** The seat under the pointer, or -1; where it is on the stage. */
  point(place: number, x: number, y: number): void;
  /** Another part of the hall is seen. */
  moved(): void;
}

export class Stage implements Meant {
  readonly root = make("div", { class: "seat-map-stage" });
  readonly view: Viewport;
  readonly scene: Scene;
  private readonly canvas = make("canvas", {
    tabindex: 0,
    role: "application",
    "aria-roledescription": "seat map",
    "aria-label": words.map,
  });
  private readonly painter = new Painter(this.canvas);
  private readonly still = matchMedia("(prefers-reduced-motion: reduce)");
  private frame = 0;
  private hovered = -1;
  private focused = -1;
  private lastTap = { at: -Infinity, x: 0, y: 0 };

  constructor(
    private readonly hall: Hall,
    colors: string[],
    private readonly events: StageEvents,
    private readonly signal: AbortSignal,
  ) {
    this.view = new Viewport(hall.box, hall.pitch);
    const { left, top, right, bottom } = hall.box;
    this.canvas.style.aspectRatio = `${right - left} / ${(bottom - top) * ROOM}`;
    this.root.append(this.canvas, this.buttons());
    this.scene = {
      hall,
      view: this.view,
      looks: new Uint32Array(hall.count),
      colors,
      sections: [],
      areas: [],
      palette: readPalette(document.body),
      ringed: [],
    };
  }

  /** Begin, when the stage is in the page. */
  start(): void {
    const { signal } = this;
    listen(this.canvas, this, signal);
    const sizes = new ResizeObserver(() => this.fit());
    sizes.observe(this.canvas);
    const recolor = (): void => {
      this.scene.palette = readPalette(this.root);
      this.invalidate();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolor, { signal });
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      cancelAnimationFrame(this.frame);
    });
    this.fit();
    recolor();
  }

  /** Draw again, once, before the next picture is shown. */
  invalidate(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame((now) => this.draw(now));
  }

  /** Where a seat is, in pixels of the stage. */
  spotOf(place: number): [number, number] {
    return this.view.toScreen(this.hall.x[place]!, this.hall.y[place]!);
  }

  /** Ring the seat that has the focus in the list, and bring it into view. */
  focusOn(place: number): void {
    this.focused = place;
    this.ring();
    if (place < 0) return;
    const [x, y] = this.spotOf(place);
    const isSeen = x > 24 && y > 24 && x < this.view.width - 24 && y < this.view.height - 24;
    if (!isSeen || this.view.pitchPx < SEATS_FROM_PX) {
      this.fly(this.view.around(this.hall.x[place]!, this.hall.y[place]!, SHOWN_PX));
    }
  }

  /** Show a part of the hall as large as it can be, and near enough for seats. */
  show(box: Box): void {
    const whole = this.view.fitting(box);
    const isNear = whole.scale * this.hall.pitch >= SEATS_FROM_PX;
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    this.fly(isNear ? whole : this.view.around(x, y, SEATS_FROM_PX * 1.5));
  }

  pan(dx: number, dy: number): void {
    this.view.pan(dx, dy);
    this.changed();
  }

  zoom(factor: number, x: number, y: number): boolean {
    const changed = this.view.zoom(factor, x, y);
    if (changed) this.changed();
    return changed;
  }

  nearer(factor: number): void {
    this.fly(this.view.zoomed(factor, this.view.width / 2, this.view.height / 2));
  }

  home(): void {
    this.fly(this.view.home());
  }

  hover(x: number, y: number): void {
    const place = this.view.pitchPx >= SEATS_FROM_PX ? this.seatAt(x, y, 0.6, 0) : -1;
    this.point(place, x, y);
    const isTarget = place >= 0 || this.sectionAt(x, y) >= 0 || this.areaAt(x, y) >= 0;
    this.canvas.style.cursor = isTarget ? "pointer" : "";
  }

  leave(): void {
    this.point(-1, 0, 0);
  }

  tap(x: number, y: number, isFinger: boolean): void {
    const { pitchPx } = this.view;
    const isNear = pitchPx >= SEATS_FROM_PX;
    const place = isNear ? this.seatAt(x, y, 0.75, isFinger ? 16 : 0) : -1;
    if (place >= 0) {
      const chooses = pitchPx >= (isFinger ? FINGER_CHOOSES_PX : MOUSE_CHOOSES_PX);
      if (chooses) {
        this.point(place, ...this.spotOf(place));
        this.events.seat(place);
      } else {
        const [planX, planY] = this.view.toPlan(x, y);
        this.fly(this.view.around(planX, planY, isFinger ? FINGER_NEARER_PX : MOUSE_NEARER_PX));
      }
      return;
    }
    this.point(-1, 0, 0);
    const area = this.areaAt(x, y);
    const section = isNear ? -1 : this.sectionAt(x, y);
    if (area >= 0) this.events.area(area);
    else if (section >= 0) this.events.section(section);
    else this.tapNothing(x, y);
  }

  private tapNothing(x: number, y: number): void {
    const now = performance.now();
    const { lastTap } = this;
    const isDouble = now - lastTap.at < DOUBLE_TAP_MS && Math.hypot(x - lastTap.x, y - lastTap.y) < 30;
    this.lastTap = { at: isDouble ? -Infinity : now, x, y };
    if (isDouble) this.fly(this.view.zoomed(2.2, x, y));
  }

  private seatAt(x: number, y: number, share: number, leastPx: number): number {
    const [planX, planY] = this.view.toPlan(x, y);
    return nearestSeat(this.hall, planX, planY, Math.max(this.hall.pitch * share, leastPx / this.view.scale));
  }

  private sectionAt(x: number, y: number): number {
    const chip = this.painter.chips.find((one) => contains(one, x, y));
    if (chip !== undefined) return chip.section;
    if (this.view.pitchPx >= SEATS_FROM_PX) return -1;
    const [planX, planY] = this.view.toPlan(x, y);
    return this.hall.sections.findIndex((section) => isInside(section.outline, planX, planY));
  }

  private areaAt(x: number, y: number): number {
    const [planX, planY] = this.view.toPlan(x, y);
    return this.hall.areas.findIndex((area) => isInside(area.outline, planX, planY));
  }

  private point(place: number, x: number, y: number): void {
    this.events.point(place, x, y);
    if (place === this.hovered) return;
    this.hovered = place;
    this.ring();
  }

  private ring(): void {
    this.scene.ringed = [this.hovered, this.focused].filter((place) => place >= 0);
    this.invalidate();
  }

  private fly(to: Sight): void {
    this.view.fly(to, performance.now(), !this.still.matches);
    this.leave();
    this.changed();
  }

  private changed(): void {
    this.canvas.toggleAttribute("data-near", !this.view.isWhole);
    this.events.moved();
    this.invalidate();
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.painter.resize(width, height, Math.min(devicePixelRatio, RATIO_MAX));
    this.view.resize(width, height);
    this.draw(performance.now());
  }

  private draw(now: number): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const isFlying = this.view.step(now);
    this.painter.paint(this.scene);
    if (!isFlying) return;
    this.changed();
  }

  private buttons(): HTMLElement {
    return make(
      "div",
      { class: "seat-map-zoom" },
      makeButton({ "aria-label": words.nearer, title: words.nearer }, () => this.nearer(1.7), "+"),
      makeButton({ "aria-label": words.farther, title: words.farther }, () => this.nearer(1 / 1.7), "−"),
      makeButton({ "aria-label": words.whole, title: words.whole }, () => this.home(), "⤢"),
    );
  }
}
