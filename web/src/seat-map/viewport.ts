/** What part of the hall is seen: a scale and a shift, in CSS pixels. */

import type { Box } from "./geometry";

const PITCH_MAX_PX = 56;
const MARGIN_PX = 28;
const FLIGHT_MS = 260;
/** So much of the view must keep showing the hall. */
const KEPT = 0.35;

export interface Sight {
  scale: number;
  x: number;
  y: number;
}

export class Viewport {
  width = 1;
  height = 1;
  scale = 1;
  x = 0;
  y = 0;
  private whole: Sight = { scale: 1, x: 0, y: 0 };
  private flight: { from: Sight; to: Sight; begun: number } | null = null;

  constructor(
    private readonly box: Box,
    private readonly pitch: number,
  ) {}

  /** Whether the whole hall is seen, as at the beginning. */
  get isWhole(): boolean {
    return this.scale <= this.whole.scale * 1.001;
  }

  /** How far apart neighbours are on the screen. */
  get pitchPx(): number {
    return this.pitch * this.scale;
  }

  /** What is seen, in the plan's units. */
  get seen(): Box {
    const [left, top] = this.toPlan(0, 0);
    const [right, bottom] = this.toPlan(this.width, this.height);
    return { left, top, right, bottom };
  }

  /** Take another size; the middle stays where it was. */
  resize(width: number, height: number): void {
    const wasWhole = this.isWhole;
    const [middleX, middleY] = this.toPlan(this.width / 2, this.height / 2);
    this.width = width;
    this.height = height;
    this.whole = this.fitting(this.box);
    if (wasWhole) this.take(this.whole);
    else this.take(this.limited(this.centred(middleX, middleY, this.scale)));
  }

  toPlan(x: number, y: number): [number, number] {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  toScreen(x: number, y: number): [number, number] {
    return [x * this.scale + this.x, y * this.scale + this.y];
  }

  /** Shift by pixels. */
  pan(dx: number, dy: number): void {
    this.flight = null;
    this.take(this.limited({ scale: this.scale, x: this.x + dx, y: this.y + dy }));
  }

  /** Come nearer (factor > 1) or go away, with the point staying under the pointer; false at the limit. */
  zoom(factor: number, x: number, y: number): boolean {
    this.flight = null;
    const before = this.scale;
    this.take(this.zoomed(factor, x, y));
    return this.scale !== before;
  }

  /** What `zoom` would lead to, to fly there. */
  zoomed(factor: number, x: number, y: number): Sight {
    const scale = this.clampScale(this.scale * factor);
    const [planX, planY] = this.toPlan(x, y);
    return this.limited({ scale, x: x - planX * scale, y: y - planY * scale });
  }

  /** The sight of the whole hall. */
  home(): Sight {
    return this.whole;
  }

  /** The sight in which a box is as large as can be. */
  fitting(box: Box): Sight {
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    const margin = Math.min(MARGIN_PX, this.width * 0.06, this.height * 0.06);
    const fits = Math.min((this.width - 2 * margin) / (width || 1), (this.height - 2 * margin) / (height || 1));
    const scale = Math.max(Math.min(fits, PITCH_MAX_PX / this.pitch), 1e-9);
    return this.centred((box.left + box.right) / 2, (box.top + box.bottom) / 2, scale);
  }

  /** The sight with a point in the middle, and neighbours so far apart at least. */
  around(x: number, y: number, pitchPx: number): Sight {
    const scale = this.clampScale(Math.max(this.scale, pitchPx / this.pitch));
    return this.limited(this.centred(x, y, scale));
  }

  /** Go somewhere, gently unless that is not wanted. */
  fly(to: Sight, now: number, gently: boolean): void {
    this.flight = gently ? { from: { scale: this.scale, x: this.x, y: this.y }, to, begun: now } : null;
    if (!gently) this.take(to);
  }

  /** Move on in a flight; return whether there is more to come. */
  step(now: number): boolean {
    if (this.flight === null) return false;
    const { from, to, begun } = this.flight;
    const part = Math.min(1, Math.max(0, (now - begun) / FLIGHT_MS));
    if (part === 1) {
      this.flight = null;
      this.take(to);
      return false;
    }
    this.take(between(from, to, 1 - (1 - part) ** 3, this.width / 2, this.height / 2));
    return true;
  }

  private take({ scale, x, y }: Sight): void {
    this.scale = scale;
    this.x = x;
    this.y = y;
  }

  private centred(x: number, y: number, scale: number): Sight {
    return { scale, x: this.width / 2 - x * scale, y: this.height / 2 - y * scale };
  }

  private clampScale(scale: number): number {
    return Math.min(Math.max(scale, this.whole.scale), Math.max(PITCH_MAX_PX / this.pitch, this.whole.scale));
  }

  /** Keep the hall from being pushed out of the view. */
  private limited({ scale, x, y }: Sight): Sight {
    if (scale <= this.whole.scale) return this.whole;
    const [roomX, roomY] = [this.width * KEPT, this.height * KEPT];
    return {
      scale,
      x: clamp(x, roomX - this.box.right * scale, this.width - roomX - this.box.left * scale),
      y: clamp(y, roomY - this.box.bottom * scale, this.height - roomY - this.box.top * scale),
    };
  }
}

/** A sight on the way: the scale grows evenly to the eye, and the middle moves with it. */
function between(from: Sight, to: Sight, part: number, middleX: number, middleY: number): Sight {
  const scale = from.scale * (to.scale / from.scale) ** part;
  const share = from.scale === to.scale ? part : (1 / scale - 1 / from.scale) / (1 / to.scale - 1 / from.scale);
  const planX = mix((middleX - from.x) / from.scale, (middleX - to.x) / to.scale, share);
  const planY = mix((middleY - from.y) / from.scale, (middleY - to.y) / to.scale, share);
  return { scale, x: middleX - planX * scale, y: middleY - planY * scale };
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function clamp(value: number, least: number, most: number): number {
  return least > most ? (least + most) / 2 : Math.min(Math.max(value, least), most);
}
