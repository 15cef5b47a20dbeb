/** How a seat looks: every state and property has a shape of its own, not only a colour. */

import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW } from "./geometry";
import { blend, inkOn, type Palette } from "./palette";
import { FREE, HELD, SOLD } from "./states";

export const CHOSEN = 4;
const STATE_BITS = 7;
const FLAGS_SHIFT = 3;
const DIMMED = 1 << 6;
const CATEGORY_SHIFT = 7;
const DIMMED_ALPHA = 0.16;
/** A chosen seat is drawn a little larger than the others. */
const LARGEST = 1.2;

/** A seat's looks in one number: its category (or -1), state, properties, and whether it stands back. */
export function lookOf(category: number, state: number, flags: number, isDimmed: boolean): number {
  const base = state | (flags << FLAGS_SHIFT) | (isDimmed ? DIMMED : 0);
  return base | ((category + 1) << CATEGORY_SHIFT);
}

export function stateOfLook(look: number): number {
  return look & STATE_BITS;
}

/** Whether a seat is free and wanted, and has no sign of its own: there is room for its number. */
export function isPlainlyFree(look: number): boolean {
  return (look & ((1 << CATEGORY_SHIFT) - 1)) === FREE;
}

/** What is too small for a shape is a speck of this colour; null is not drawn. */
export function speckOf(look: number, colors: string[], palette: Palette): string | null {
  switch (stateOfLook(look)) {
    case FREE:
      return blend(colorOf(look, colors, palette), palette.paper, look & DIMMED ? 0.8 : 0);
    case HELD:
      return blend(palette.muted, palette.paper, 0.3);
    case SOLD:
      return blend(palette.muted, palette.paper, 0.72);
    case CHOSEN:
      return palette.brand;
    default:
      return null;
  }
}

/** Draw one seat of a look. */
export function drawSeat(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  look: number,
  colors: string[],
  palette: Palette,
): void {
  ctx.globalAlpha = look & DIMMED ? DIMMED_ALPHA : 1;
  const flags = (look >> FLAGS_SHIFT) & 7;
  switch (stateOfLook(look)) {
    case FREE:
      drawFree(ctx, x, y, radius, flags, colorOf(look, colors, palette), palette);
      break;
    case HELD:
      drawHeld(ctx, x, y, radius, palette);
      break;
    case SOLD:
      disc(ctx, x, y, radius * 0.46);
      ctx.fillStyle = blend(palette.muted, palette.paper, 0.6);
      ctx.fill();
      break;
    case CHOSEN:
      drawChosen(ctx, x, y, radius, palette);
      break;
    default:
      ctx.fillStyle = blend(palette.muted, palette.paper, 0.6);
      ctx.fillRect(x - radius * 0.4, y - radius * 0.12, radius * 0.8, Math.max(1, radius * 0.24));
  }
  ctx.globalAlpha = 1;
}

/** Seats drawn once a size, then stamped. */
export class Stamps {
  private readonly canvas = document.createElement("canvas");
  private readonly ctx = this.canvas.getContext("2d")!;
  private readonly slots = new Map<number, number>();
  private side = 0;
  private radius = 0;

  constructor(
    private readonly colors: string[],
    private readonly palette: Palette,
  ) {}

  /** Draw seats of this radius from now on, in pixels of the device. */
  setRadius(radius: number): void {
    if (radius === this.radius) return;
    this.radius = radius;
    this.side = Math.ceil(radius * LARGEST + 2) * 2;
    this.slots.clear();
    this.canvas.width = this.side * COLUMNS;
    this.canvas.height = this.side * ROWS;
  }

  /** Stamp a seat. */
  stamp(target: CanvasRenderingContext2D, x: number, y: number, look: number): void {
    let slot = this.slots.get(look);
    if (slot === undefined) {
      if (this.slots.size === COLUMNS * ROWS) {
        drawSeat(target, x, y, this.radius, look, this.colors, this.palette);
        return;
      }
      slot = this.slots.size;
      this.slots.set(look, slot);
      drawSeat(this.ctx, ...this.middle(slot), this.radius, look, this.colors, this.palette);
    }
    const { side } = this;
    const [left, top] = [(slot % COLUMNS) * side, Math.floor(slot / COLUMNS) * side];
    // Whole pixels: a copy, and no mixing of neighbours.
    const [toX, toY] = [Math.round(x - side / 2), Math.round(y - side / 2)];
    target.drawImage(this.canvas, left, top, side, side, toX, toY, side, side);
  }

  private middle(slot: number): [number, number] {
    return [((slot % COLUMNS) + 0.5) * this.side, (Math.floor(slot / COLUMNS) + 0.5) * this.side];
  }
}

const COLUMNS = 12;
const ROWS = 8;

function colorOf(look: number, colors: string[], palette: Palette): string {
  return colors[(look >> CATEGORY_SHIFT) - 1] ?? palette.muted;
}

function drawFree(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  flags: number,
  color: string,
  palette: Palette,
): void {
  const isSquare = (flags & (ACCESSIBLE | COMPANION)) !== 0;
  const outline = (): void => (isSquare ? square(ctx, x, y, radius) : disc(ctx, x, y, radius));
  outline();
  ctx.fillStyle = flags & RESTRICTED_VIEW ? blend(color, palette.paper, 0.75) : color;
  ctx.fill();
  if (flags & RESTRICTED_VIEW) {
    ctx.save();
    ctx.clip();
    ctx.fillStyle = color;
    ctx.fillRect(x - radius, y, radius * 2, radius);
    ctx.restore();
  }
  if (radius >= 3) {
    outline();
    ctx.lineWidth = Math.max(1, radius * 0.12);
    ctx.strokeStyle = blend(color, palette.text, 0.4);
    ctx.stroke();
  }
  if (flags & ACCESSIBLE && radius >= 5) drawWheelchair(ctx, x, y, radius, inkOn(color));
  if (flags & COMPANION && !(flags & ACCESSIBLE) && radius >= 5) drawPlus(ctx, x, y, radius, inkOn(color));
}

function drawHeld(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, palette: Palette): void {
  disc(ctx, x, y, radius * 0.8);
  ctx.lineWidth = Math.max(1, radius * 0.2);
  ctx.strokeStyle = palette.muted;
  ctx.stroke();
  disc(ctx, x, y, radius * 0.24);
  ctx.fillStyle = palette.muted;
  ctx.fill();
}

function drawChosen(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, palette: Palette): void {
  disc(ctx, x, y, radius * LARGEST);
  ctx.fillStyle = palette.brand;
  ctx.fill();
  ctx.lineWidth = Math.max(1, radius * 0.14);
  ctx.strokeStyle = palette.paper;
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(x - radius * 0.5, y + radius * 0.02);
  ctx.lineTo(x - radius * 0.12, y + radius * 0.42);
  ctx.lineTo(x + radius * 0.55, y - radius * 0.4);
  ctx.lineWidth = Math.max(1.2, radius * 0.26);
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  ctx.strokeStyle = palette.onBrand;
  ctx.stroke();
}

/** A person on a wheel, in five strokes. */
function drawWheelchair(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, ink: string): void {
  disc(ctx, x - radius * 0.12, y - radius * 0.56, radius * 0.15);
  ctx.fillStyle = ink;
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(x - radius * 0.12, y - radius * 0.3);
  ctx.lineTo(x - radius * 0.08, y + radius * 0.1);
  ctx.lineTo(x + radius * 0.3, y + radius * 0.1);
  ctx.lineTo(x + radius * 0.45, y + radius * 0.5);
  ctx.moveTo(x + radius * 0.2, y + radius * 0.42);
  ctx.arc(x - radius * 0.1, y + radius * 0.26, radius * 0.34, 0.5, 4.1);
  ctx.lineWidth = Math.max(1, radius * 0.15);
  ctx.lineCap = "round";
  ctx.strokeStyle = ink;
  ctx.stroke();
}

function drawPlus(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, ink: string): void {
  ctx.fillStyle = ink;
  ctx.fillRect(x - radius * 0.45, y - radius * 0.1, radius * 0.9, radius * 0.2);
  ctx.fillRect(x - radius * 0.1, y - radius * 0.45, radius * 0.2, radius * 0.9);
}

function disc(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
}

function square(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  ctx.beginPath();
  ctx.roundRect(x - radius * 0.92, y - radius * 0.92, radius * 1.84, radius * 1.84, radius * 0.35);
}
