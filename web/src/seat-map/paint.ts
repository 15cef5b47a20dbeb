/** Drawing the hall: sections when it is far, seats when it is near, and their names when there is room. */

import { grow, overlap, type Area, type Box, type Hall, type HallElement, type Outline, type Row, type Section } from "./geometry";
import { cross, lineOf, meets } from "./lines";
import { blend, inkOn, type Palette } from "./palette";
import { CHOSEN, drawSeat, isPlainlyFree, speckOf, Stamps, stateOfLook } from "./seat-marks";
import type { Viewport } from "./viewport";

export const SEATS_FROM_PX = 3.4;
const ROW_NAMES_FROM_PX = 9;
const NUMBERS_FROM_PX = 21;
/** Below this radius, in pixels of the device, a seat is a speck. */
const SHAPE_FROM_PX = 2.6;
const SEAT_SHARE = 0.41;
/** How far the name of a section may stand from it; a line leads to it. */
const GAPS_PX = [5, 36, 68];

/** What is told about a section, or a standing area, from afar. */
export interface Summary {
  title: string;
  detail: string;
  color: string;
  /** How much of it is free and wanted, from 0 to 1. */
  share: number;
}

export interface Scene {
  hall: Hall;
  view: Viewport;
  looks: Uint32Array;
  colors: string[];
  sections: Summary[];
  areas: Summary[];
  palette: Palette;
  /** Seats to be ringed: under the pointer, and with the focus. */
  ringed: number[];
}

/** A name on the map that can be tapped. */
export interface Chip extends Box {
  section: number;
}

export class Painter {
  chips: Chip[] = [];
  private readonly ctx: CanvasRenderingContext2D;
  private stamps: Stamps | null = null;
  private stampedFor: Palette | null = null;
  private readonly widths = new Map<string, number>();
  private ratio = 1;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const ctx = canvas.getContext("2d", { alpha: false });
    if (ctx === null) throw new Error("this browser draws no canvas");
    this.ctx = ctx;
  }

  /** Give the canvas as many pixels as the device has for it. */
  resize(width: number, height: number, ratio: number): void {
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
  }

  /** Draw everything that is seen. */
  paint(scene: Scene): void {
    const { ctx } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = scene.palette.paper;
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const { seen } = scene.view;
    for (const element of scene.hall.elements) this.element(scene, element);
    scene.hall.areas.forEach((area, at) => overlap(area.box, seen) && this.area(scene, area, scene.areas[at]));
    const isNear = scene.view.pitchPx >= SEATS_FROM_PX;
    scene.hall.sections.forEach((section, at) => {
      if (overlap(section.box, seen)) this.section(scene, section, scene.sections[at], isNear);
    });
    if (isNear) this.seats(scene);
    this.chips = [];
    if (!isNear) this.names(scene);
  }

  private section({ view, palette }: Scene, section: Section, summary: Summary | undefined, isNear: boolean): void {
    if (summary === undefined) return;
    this.trace(view, section.outline);
    const strength = isNear ? 0.05 : 0.14 + 0.66 * summary.share;
    this.ctx.fillStyle = blend(palette.paper, summary.color, strength);
    this.ctx.fill();
    this.ctx.lineWidth = isNear ? 1 : 1.5;
    this.ctx.strokeStyle = isNear ? blend(palette.paper, palette.line, 0.5) : palette.line;
    if (summary.share === 0 && !isNear) this.ctx.setLineDash([4, 3]);
    this.ctx.stroke();
    this.ctx.setLineDash([]);
  }

  private seats(scene: Scene): void {
    const { hall, view, palette } = scene;
    const radius = Math.round(hall.pitch * view.scale * SEAT_SHARE * this.ratio * 2) / 2;
    const seen = view.seen;
    const margin = hall.pitch;
    const rows = hall.rows.filter((row) => overlap(row.box, grow(seen, margin)));
    this.ctx.setTransform(1, 0, 0, 1, 0, 0);
    if (radius < SHAPE_FROM_PX) this.specks(scene, rows, radius);
    else this.shapes(scene, rows, radius);
    for (const place of scene.ringed) this.ring(scene, place, radius);
    this.ctx.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    if (view.pitchPx >= ROW_NAMES_FROM_PX) this.rowNames(scene, rows);
    if (view.pitchPx >= NUMBERS_FROM_PX) this.numbers(scene, rows, palette);
  }

  private specks({ hall, view, looks, colors, palette }: Scene, rows: Row[], radius: number): void {
    const side = Math.max(1, radius * 2 - 0.5);
    const [scale, x, y] = [view.scale * this.ratio, view.x * this.ratio - side / 2, view.y * this.ratio - side / 2];
    const known = new Map<number, string | null>();
    let last = -1;
    let color: string | null = null;
    for (const row of rows) {
      for (let place = row.first; place < row.end; place++) {
        const look = looks[place]!;
        if (look !== last) {
          last = look;
          color = known.get(look) ?? speckOf(look, colors, palette);
          known.set(look, color);
          if (color !== null) this.ctx.fillStyle = color;
        }
        if (color !== null) this.ctx.fillRect(hall.x[place]! * scale + x, hall.y[place]! * scale + y, side, side);
      }
    }
  }

  private shapes({ hall, view, looks, colors, palette }: Scene, rows: Row[], radius: number): void {
    if (this.stamps === null || this.stampedFor !== palette) {
      this.stamps = new Stamps(colors, palette);
      this.stampedFor = palette;
    }
    this.stamps.setRadius(radius);
    const [scale, dx, dy] = [view.scale * this.ratio, view.x * this.ratio, view.y * this.ratio];
    const [right, bottom] = [this.canvas.width + radius, this.canvas.height + radius];
    const onTop: [number, number, number][] = [];
    for (const row of rows) {
      for (let place = row.first; place < row.end; place++) {
        const x = hall.x[place]! * scale + dx;
        const y = hall.y[place]! * scale + dy;
        if (x < -radius || y < -radius || x > right || y > bottom) continue;
        if (stateOfLook(looks[place]!) === CHOSEN) onTop.push([x, y, looks[place]!]);
        else this.stamps.stamp(this.ctx, x, y, looks[place]!);
      }
    }
    for (const [x, y, look] of onTop) drawSeat(this.ctx, x, y, radius, look, colors, palette);
  }

  private ring({ hall, view, palette }: Scene, place: number, radius: number): void {
    const [x, y] = view.toScreen(hall.x[place]!, hall.y[place]!);
    this.ctx.beginPath();
    this.ctx.arc(x * this.ratio, y * this.ratio, Math.max(radius * 1.45, 6 * this.ratio), 0, Math.PI * 2);
    this.ctx.lineWidth = 2.5 * this.ratio;
    this.ctx.strokeStyle = palette.amber;
    this.ctx.stroke();
  }

  private rowNames({ hall, view, palette }: Scene, rows: Row[]): void {
    this.ctx.fillStyle = palette.muted;
    this.ctx.font = `600 ${Math.min(15, Math.max(10, view.pitchPx * 0.55))}px ${palette.font}`;
    for (const row of rows) {
      for (const [end, inward] of [[row.first, row.first + 1], [row.end - 1, row.end - 2]] as const) {
        const [x, y] = view.toScreen(...beyond(hall, row, end, inward));
        this.ctx.fillText(row.label, x, y);
        if (row.end - row.first < 2) break;
      }
    }
  }

  private numbers({ hall, view, looks, colors }: Scene, rows: Row[], palette: Palette): void {
    this.ctx.font = `600 ${Math.min(14, view.pitchPx * 0.36)}px ${palette.font}`;
    const inks = colors.map(inkOn);
    const { left, top, right, bottom } = view.seen;
    for (const row of rows) {
      for (let place = row.first; place < row.end; place++) {
        const [x, y] = [hall.x[place]!, hall.y[place]!];
        if (x < left || y < top || x > right || y > bottom) continue;
        if (!isPlainlyFree(looks[place]!)) continue;
        this.ctx.fillStyle = inks[hall.category[place]!] ?? palette.text;
        this.ctx.fillText(hall.labels[place]!, x * view.scale + view.x, y * view.scale + view.y);
      }
    }
  }

  private area({ view, palette }: Scene, area: Area, summary: Summary | undefined): void {
    if (summary === undefined || area.outline.length === 0) return;
    this.trace(view, area.outline);
    this.ctx.fillStyle = blend(palette.paper, summary.color, 0.12 + 0.5 * summary.share);
    this.ctx.fill();
    this.ctx.lineWidth = 1.5;
    this.ctx.strokeStyle = palette.line;
    this.ctx.stroke();
    const [x, y] = view.toScreen((area.box.left + area.box.right) / 2, (area.box.top + area.box.bottom) / 2);
    this.ctx.fillStyle = palette.text;
    this.ctx.font = `600 14px ${palette.font}`;
    this.ctx.fillText(summary.title, x, y - 9);
    this.ctx.font = `13px ${palette.font}`;
    this.ctx.fillText(summary.detail, x, y + 10);
  }

  private element({ view, palette }: Scene, element: HallElement): void {
    const [x, y] = view.toScreen(element.x, element.y);
    if (element.outline.length > 0) {
      this.trace(view, element.outline);
      this.ctx.fillStyle = blend(palette.wash, palette.muted, element.kind === "stage" ? 0.22 : 0.08);
      this.ctx.fill();
      this.ctx.lineWidth = 1;
      this.ctx.strokeStyle = palette.line;
      this.ctx.stroke();
    }
    const size = Math.min(28, element.size * view.scale * (element.kind === "text" ? 1 : 0.8));
    const least = element.kind === "stage" ? 11 : 7;
    if (element.label === "" || (size < 7 && element.kind !== "stage")) return;
    this.ctx.fillStyle = palette.text;
    this.ctx.font = `600 ${Math.max(least, size)}px ${palette.font}`;
    this.ctx.fillText(element.label, x, y);
  }

  /** Name the sections on chips that do not cover each other; the largest first. */
  private names(scene: Scene): void {
    const { hall, view } = scene;
    const boxes = hall.sections.map(({ box }) => onScreen(view, box));
    const order = boxes.map((_, at) => at).sort((a, b) => size(hall.sections[b]!) - size(hall.sections[a]!));
    for (const at of order) {
      const summary = scene.sections[at];
      if (summary === undefined || !overlap(boxes[at]!, { left: 0, top: 0, right: view.width, bottom: view.height })) continue;
      this.placeChip(scene, summary, at, boxes);
    }
    for (const chip of this.chips) this.leader(scene, chip, boxes[chip.section]!);
    for (const chip of this.chips) this.drawChip(scene, chip, scene.sections[chip.section]!);
  }

  private leader({ palette }: Scene, chip: Chip, box: Box): void {
    this.ctx.beginPath();
    const [x, y, toX, toY] = lineOf(chip, box);
    this.ctx.moveTo(x, y);
    this.ctx.lineTo(toX, toY);
    this.ctx.lineWidth = 1;
    this.ctx.strokeStyle = palette.line;
    this.ctx.stroke();
  }

  /**
   * Find room: with the details or without, beside the sections, where no other name stands between or else
   * wherever there is room; when nothing else is left, on them.
   */
  private placeChip({ view, palette }: Scene, summary: Summary, section: number, boxes: Box[]): void {
    const title = this.measure(`600 13px ${palette.font}`, summary.title);
    const detail = this.measure(`12px ${palette.font}`, summary.detail);
    const shapes = [
      { width: Math.max(title, detail) + 20, height: 44 },
      { width: title + 20, height: 28 },
    ];
    for (const [isAside, isInSight] of [[true, true], [true, false], [false, false]]) {
      for (const shape of shapes) {
        const taken = isAside ? [...this.chips, ...boxes] : this.chips;
        for (const [left, top] of spotsFor(shape, boxes[section]!)) {
          const chip = { left, top, right: left + shape.width, bottom: top + shape.height, section };
          const fits = left >= 4 && top >= 4 && chip.right <= view.width - 4 && chip.bottom <= view.height - 4;
          const own = boxes[section]!;
          const isFree = !taken.some((box) => box !== own && overlap(box, chip)) && !overlap(buttonsOf(view), chip);
          if (!fits || !isFree) continue;
          if (isInSight && this.isHidden(chip, boxes)) continue;
          this.chips.push(chip);
          return;
        }
      }
    }
  }

  /** Whether the line from a name to its section would meet another name, section or line. */
  private isHidden(chip: Chip, boxes: Box[]): boolean {
    const line = lineOf(chip, boxes[chip.section]!);
    const others = boxes.filter((_, section) => section !== chip.section);
    return (
      [...this.chips, ...others].some((box) => meets(line, box)) ||
      this.chips.some((other) => cross(line, lineOf(other, boxes[other.section]!)) || meets(lineOf(other, boxes[other.section]!), chip))
    );
  }

  private drawChip({ palette }: Scene, chip: Chip, summary: Summary): void {
    const { ctx } = this;
    const [width, height] = [chip.right - chip.left, chip.bottom - chip.top];
    ctx.beginPath();
    ctx.roundRect(chip.left, chip.top, width, height, 8);
    ctx.fillStyle = palette.panel;
    ctx.fill();
    ctx.lineWidth = 1;
    ctx.strokeStyle = palette.line;
    ctx.stroke();
    const x = chip.left + width / 2;
    ctx.fillStyle = palette.text;
    ctx.font = `600 13px ${palette.font}`;
    ctx.fillText(summary.title, x, chip.top + 14);
    if (height < 40) return;
    ctx.fillStyle = palette.muted;
    ctx.font = `12px ${palette.font}`;
    ctx.fillText(summary.detail, x, chip.top + 31);
  }

  private measure(font: string, text: string): number {
    const key = `${font}\n${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      if (this.widths.size > 2000) this.widths.clear();
      this.ctx.font = font;
      width = this.ctx.measureText(text).width;
      this.widths.set(key, width);
    }
    return width;
  }

  private trace(view: Viewport, outline: Outline): void {
    this.ctx.beginPath();
    for (let at = 0; at < outline.length; at += 2) {
      this.ctx.lineTo(outline[at]! * view.scale + view.x, outline[at + 1]! * view.scale + view.y);
    }
    this.ctx.closePath();
  }
}

/** Where a row's name stands: one seat farther than its last one. */
function beyond(hall: Hall, row: Row, end: number, inward: number): [number, number] {
  const [x, y] = [hall.x[end]!, hall.y[end]!];
  const isAlone = inward < row.first || inward >= row.end;
  const [dx, dy] = isAlone ? [hall.pitch, 0] : [x - hall.x[inward]!, y - hall.y[inward]!];
  const stretch = (hall.pitch * 0.95) / (Math.hypot(dx, dy) || 1);
  return [x + dx * stretch, y + dy * stretch];
}

/** Where the name of a section may stand: on it when it is large enough, else beside it. */
function spotsFor({ width, height }: { width: number; height: number }, box: Box): [number, number][] {
  const [x, y] = [(box.left + box.right - width) / 2, (box.top + box.bottom - height) / 2];
  const isRoomy = box.right - box.left > width && box.bottom - box.top > height * 1.6;
  const beside = GAPS_PX.flatMap((gap): [number, number][] => [
    [x, box.top - height - gap],
    [x, box.bottom + gap],
    [box.right + gap, y],
    [box.left - width - gap, y],
    [box.left, box.top - height - gap],
    [box.right - width, box.top - height - gap],
    [box.left, box.bottom + gap],
    [box.right - width, box.bottom + gap],
  ]);
  return isRoomy ? [[x, y], ...beside] : [...beside, [x, y]];
}

function onScreen(view: Viewport, box: Box): Box {
  const [left, top] = view.toScreen(box.left, box.top);
  const [right, bottom] = view.toScreen(box.right, box.bottom);
  return { left, top, right, bottom };
}

/** The corner where the zoom buttons are. */
function buttonsOf(view: Viewport): Box {
  return { left: view.width - 62, top: 0, right: view.width, bottom: 164 };
}

function size(section: Section): number {
  return section.end - section.first;
}

