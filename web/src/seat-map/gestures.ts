/** Pointers, wheel and keys on the map, told as what is meant by them. */

export interface Meant {
  pan(dx: number, dy: number): void;
  /** Return whether anything changed, so that the page may scroll when not. */
  zoom(factor: number, x: number, y: number): boolean;
  tap(x: number, y: number, isFinger: boolean): void;
  hover(x: number, y: number): void;
  leave(): void;
  home(): void;
  nearer(factor: number): void;
}

const SLACK_PX = 7;
const STEP_PX = 80;
const LINE_PX = 18;

interface Point {
  x: number;
  y: number;
}

/** Listen to the canvas; everything ends with the signal. */
export function listen(canvas: HTMLCanvasElement, meant: Meant, signal: AbortSignal): void {
  const pointers = new Map<number, Point>();
  let began: Point | null = null;
  let isDragging = false;

  const at = (event: MouseEvent): Point => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  function down(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    pointers.set(event.pointerId, at(event));
    if (pointers.size === 1) {
      began = at(event);
      isDragging = false;
    } else {
      isDragging = true;
    }
  }

  function move(event: PointerEvent): void {
    const before = pointers.get(event.pointerId);
    const now = at(event);
    if (before === undefined) {
      if (event.pointerType === "mouse") meant.hover(now.x, now.y);
      return;
    }
    if (pointers.size === 1) {
      if (!isDragging && began !== null && Math.hypot(now.x - began.x, now.y - began.y) < SLACK_PX) return;
      if (!isDragging) hold(event);
      meant.pan(now.x - before.x, now.y - before.y);
    } else {
      pinch(event.pointerId, before, now);
    }
    pointers.set(event.pointerId, now);
  }

  function hold(event: PointerEvent): void {
    isDragging = true;
    canvas.setPointerCapture(event.pointerId);
    canvas.dataset["dragging"] = "";
    meant.leave();
  }

  function pinch(moved: number, before: Point, now: Point): void {
    const other = [...pointers].find(([id]) => id !== moved)?.[1];
    if (other === undefined) return;
    const [apart, was] = [distance(other, now), distance(other, before)];
    meant.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    if (was > 0) meant.zoom(apart / was, (other.x + now.x) / 2, (other.y + now.y) / 2);
  }

  function up(event: PointerEvent): void {
    if (!pointers.delete(event.pointerId)) return;
    delete canvas.dataset["dragging"];
    if (event.type === "pointerup" && !isDragging) {
      const { x, y } = at(event);
      meant.tap(x, y, event.pointerType !== "mouse");
    }
  }

  function wheel(event: WheelEvent): void {
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1);
    const { x, y } = at(event);
    const factor = Math.exp(-Math.max(-300, Math.min(300, pixels)) * (event.ctrlKey ? 0.01 : 0.002));
    if (meant.zoom(factor, x, y) || event.ctrlKey) event.preventDefault();
  }

  function key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const act = KEYS[event.key];
    if (act === undefined) return;
    act(meant);
    event.preventDefault();
  }

  canvas.addEventListener("pointerdown", down, { signal });
  canvas.addEventListener("pointermove", move, { signal });
  canvas.addEventListener("pointerup", up, { signal });
  canvas.addEventListener("pointercancel", up, { signal });
  canvas.addEventListener("pointerleave", () => meant.leave(), { signal });
  canvas.addEventListener("wheel", wheel, { signal, passive: false });
  canvas.addEventListener("keydown", key, { signal });
}

const KEYS: Record<string, (meant: Meant) => void> = {
  ArrowLeft: (meant) => meant.pan(STEP_PX, 0),
  ArrowRight: (meant) => meant.pan(-STEP_PX, 0),
  ArrowUp: (meant) => meant.pan(0, STEP_PX),
  ArrowDown: (meant) => meant.pan(0, -STEP_PX),
  "+": (meant) => meant.nearer(1.5),
  "=": (meant) => meant.nearer(1.5),
  "-": (meant) => meant.nearer(1 / 1.5),
  "0": (meant) => meant.home(),
  Escape: (meant) => meant.leave(),
};

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
