/** Map, list, prices and tooltip of one hall, together; what they show comes from the content. */

import { make } from "./dom";
import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW, rowAt, sectionAt, type Hall } from "./geometry";
import { makeKey, makeLegend, type LegendEntry } from "./legend";
import { SeatList, type SeatFace } from "./list";
import type { Summary } from "./paint";
import { hex } from "./palette";
import { CHOSEN, lookOf } from "./seat-marks";
import { Stage } from "./stage";
import { FREE, HELD, NOT_FOR_SALE, SOLD } from "./states";
import { words, type SeatName } from "./words";

const MARK_OF: Record<number, string> = {
  [FREE]: "free",
  [HELD]: "held",
  [SOLD]: "sold",
  [NOT_FOR_SALE]: "off",
  [CHOSEN]: "chosen",
};

/** What a board is filled with. */
export interface Content {
  /** Whether seats are chosen here; else they are looked at, and have no state. */
  readonly sells: boolean;
  /** One of the states, or `CHOSEN`. */
  stateOf(place: number): number;
  /** What a seat costs, in words; empty when that is not known. */
  priceOf(place: number): string;
  canChoose(place: number): boolean;
  /** How a section stands, given its seats that are free and wanted. */
  sectionDetail(first: number, end: number, free: number): string;
  areaSummary(index: number): { detail: string; share: number };
  choose(place: number): void;
  chooseArea(index: number): void;
}

export class Board {
  readonly root: HTMLElement;
  readonly stage: Stage;
  private readonly list: SeatList;
  /** The place under the pointer, and where that is; -1 for none. */
  private pointed: [place: number, x: number, y: number] = [-1, 0, 0];
  private readonly tip = make("div", { class: "seat-map-tip", role: "tooltip", hidden: true });
  private readonly caption = make("p", { class: "seat-map-caption", "aria-hidden": "true", hidden: true });
  private readonly key: { root: HTMLElement; redraw: () => void };
  private wanted = new Set<number>();

  constructor(
    readonly hall: Hall,
    private readonly content: Content,
    legend: LegendEntry[],
    marks: string[],
    private readonly signal: AbortSignal,
  ) {
    const colors = hall.categories.map((category) => hex(category.color));
    this.stage = new Stage(
      hall,
      colors,
      {
        seat: (place) => content.choose(place),
        section: (index) => this.openSection(index),
        area: (index) => content.chooseArea(index),
        point: (place, x, y) => this.point(place, x, y),
        moved: () => this.moved(),
      },
      signal,
    );
    this.list = new SeatList(hall, content.sells, (place) => this.faceOf(place), {
      section: (index) => this.stage.show(hall.sections[index]!.box),
      seat: (place) => content.choose(place),
      focus: (place) => this.stage.focusOn(place),
    });
    const flags = hall.flags.reduce((all, bits) => all | bits, 0);
    this.key = makeKey((mark) => marks.includes(mark) || hasFlag(mark, flags), colors[0] ?? "#808080");
    this.stage.root.append(this.caption, this.tip);
    const map = make("div", { class: "seat-map-main" });
    if (legend.length > 0) map.append(makeLegend(legend, (wanted) => this.filter(wanted)));
    map.append(this.stage.root, this.key.root);
    this.root = make("div", { class: "seat-map" }, map, this.list.root);
  }

  /** Begin, when the board is in the page. */
  start(): void {
    this.refresh();
    this.stage.start();
    this.key.redraw();
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", () => this.key.redraw(), { signal: this.signal });
  }

  /** Show seats as they are now: these, or all. */
  refresh(places?: number[]): void {
    const { scene } = this.stage;
    for (const place of places ?? this.hall.number.keys()) scene.looks[place] = this.lookOf(place);
    this.summarize();
    this.list.update(places ?? this.hall.number.keys());
    this.stage.invalidate();
    this.point(...this.pointed);
  }

  /** Put something beside the map; on a phone between the map and the list. */
  putBeside(thing: HTMLElement): void {
    this.root.insertBefore(thing, this.list.root);
  }

  nameOf(place: number): SeatName {
    const row = rowAt(this.hall, place);
    return { section: sectionAt(this.hall, place).label, row: row.label, seat: this.hall.labels[place]! };
  }

  private lookOf(place: number): number {
    const category = this.hall.category[place]!;
    const state = this.content.stateOf(place);
    const isDimmed = state === FREE && !this.isWanted(category);
    return lookOf(category, state, this.hall.flags[place]!, isDimmed);
  }

  private isWanted(category: number): boolean {
    return this.wanted.size === 0 || this.wanted.has(category);
  }

  private filter(wanted: Set<number>): void {
    this.wanted = wanted;
    this.refresh();
  }

  /** Count what is free by section, and say so on the map and in the list. */
  private summarize(): void {
    const { hall, content } = this;
    const { scene } = this.stage;
    scene.sections = hall.sections.map((section): Summary => {
      const free = new Map<number, number>();
      let count = 0;
      for (let place = section.first; place < section.end; place++) {
        const category = hall.category[place]!;
        const state = content.stateOf(place);
        if ((state !== FREE && state !== CHOSEN) || !this.isWanted(category)) continue;
        free.set(category, (free.get(category) ?? 0) + 1);
        count += 1;
      }
      const [most = hall.category[section.first]!] = [...free].sort((a, b) => b[1] - a[1])[0] ?? [];
      return {
        title: section.label,
        detail:
          count === 0 && this.wanted.size > 0 ? words.noneWanted : content.sectionDetail(section.first, section.end, count),
        color: scene.colors[most] ?? scene.palette.muted,
        share: count / (section.end - section.first),
      };
    });
    scene.areas = hall.areas.map((area, at): Summary => {
      const { detail, share } = content.areaSummary(at);
      const color = scene.colors[area.category] ?? scene.palette.muted;
      return { title: area.label, detail, color, share: this.isWanted(area.category) ? share : 0 };
    });
    this.list.summarize(scene.sections.map((summary) => summary.detail));
  }

  private faceOf(place: number): SeatFace {
    const state = this.content.stateOf(place);
    const name = this.nameOf(place);
    const said = [
      words.seat(name),
      this.content.priceOf(place),
      this.stateName(state),
      ...words.notes(this.hall.flags[place]!),
    ];
    return {
      name: said.filter((part) => part !== "").join(", "),
      mark: MARK_OF[state] ?? "off",
      isChosen: state === CHOSEN,
      canChoose: this.content.canChoose(place),
    };
  }

  private stateName(state: number): string {
    if (!this.content.sells) return "";
    return state === CHOSEN ? words.chosenState : words.state(state);
  }

  private openSection(index: number): void {
    this.stage.show(this.hall.sections[index]!.box);
    this.list.open(index);
  }

  private point(place: number, x: number, y: number): void {
    this.pointed = [place, x, y];
    this.tip.hidden = place < 0;
    if (place < 0) return;
    const name = this.nameOf(place);
    const state = this.content.stateOf(place);
    const category = this.hall.categories[this.hall.category[place]!]?.label ?? "";
    const price = this.content.priceOf(place);
    const lines = [
      [category, price].filter((part) => part !== "").join(" · "),
      [this.stateName(state), ...words.notes(this.hall.flags[place]!)]
        .filter((part) => part !== "")
        .join(" · "),
    ];
    this.tip.replaceChildren(
      make("strong", {}, `${name.section} · ${words.seat(name)}`),
      ...lines.filter((line) => line !== "").map((line) => make("span", {}, line)),
    );
    const { width, height } = this.stage.view;
    const [left, top] = [x + 16, y + 18];
    const isRight = left + this.tip.offsetWidth > width - 4;
    const isLow = top + this.tip.offsetHeight > height - 4;
    this.tip.style.left = `${Math.max(4, isRight ? x - this.tip.offsetWidth - 16 : left)}px`;
    this.tip.style.top = `${Math.max(4, isLow ? y - this.tip.offsetHeight - 14 : top)}px`;
  }

  /** Say which section is in the middle, when only a part is seen. */
  private moved(): void {
    const { view } = this.stage;
    const [x, y] = view.toPlan(view.width / 2, view.height / 2);
    const section = view.isWhole
      ? undefined
      : this.hall.sections.find(({ box }) => x > box.left && x < box.right && y > box.top && y < box.bottom);
    this.caption.hidden = section === undefined;
    if (section !== undefined && this.caption.textContent !== section.label) this.caption.textContent = section.label;
  }
}

function hasFlag(mark: string, flags: number): boolean {
  const bits: Record<string, number> = { accessible: ACCESSIBLE, companion: COMPANION, restricted: RESTRICTED_VIEW };
  return (flags & (bits[mark] ?? 0)) !== 0;
}
