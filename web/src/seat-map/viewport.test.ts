import { describe, expect, it } from "vitest";

import { Viewport } from "./viewport";

const BOX = { left: 0, top: 0, right: 10_000, bottom: 5_000 };
const PITCH = 50;

function aViewport(width = 800, height = 600): Viewport {
  const view = new Viewport(BOX, PITCH);
  view.resize(width, height);
  return view;
}

describe("a viewport", () => {
  it("begins with all of the hall, in the middle", () => {
    const view = aViewport();
    const { left, top, right, bottom } = view.seen;

    expect(view.isWhole).toBe(true);
    expect([left < 0, top < 0, right > 10_000, bottom > 5_000]).toEqual([true, true, true, true]);
    expect([left + right, top + bottom].map(Math.round)).toEqual([10_000, 5_000]);
  });

  it("keeps the point under the pointer while it zooms", () => {
    const view = aViewport();
    const before = view.toPlan(300, 280);

    view.zoom(4, 300, 280);

    expect(view.toPlan(300, 280).map(Math.round)).toEqual(before.map(Math.round));
    expect(view.isWhole).toBe(false);
  });

  it("says when it cannot zoom, so that the page scrolls", () => {
    const view = aViewport();

    expect(view.zoom(0.5, 400, 300)).toBe(false);
    while (view.zoom(3, 400, 300));
    expect(view.pitchPx).toBeCloseTo(56);
  });

  it("does not lose the hall, however far it is pushed", () => {
    const view = aViewport();
    view.zoom(6, 400, 300);

    for (const [dx, dy] of [[1e6, 1e6], [-2e6, -2e6]] as const) {
      view.pan(dx, dy);
      const { left, top, right, bottom } = view.seen;
      expect(left < BOX.right && right > BOX.left && top < BOX.bottom && bottom > BOX.top).toBe(true);
    }
  });

  it("keeps its middle when the window changes, and the whole when it showed it", () => {
    const whole = aViewport();
    const near = aViewport();
    near.zoom(8, 500, 320);
    const middle = near.toPlan(400, 300).map(Math.round);

    whole.resize(390, 500);
    near.resize(390, 500);

    expect(whole.isWhole).toBe(true);
    expect(near.toPlan(195, 250).map(Math.round)).toEqual(middle);
  });

  it("flies in steps, and arrives exactly", () => {
    const view = aViewport();
    const goal = view.around(2_500, 1_000, 30);

    view.fly(goal, 1_000, true);
    expect(view.step(1_100)).toBe(true);
    const onTheWay = view.scale;
    expect(view.step(5_000)).toBe(false);

    expect(onTheWay).toBeGreaterThan(aViewport().scale);
    expect(onTheWay).toBeLessThan(goal.scale);
    expect([view.scale, view.x, view.y]).toEqual([goal.scale, goal.x, goal.y]);
    expect(view.pitchPx).toBeCloseTo(30);
  });

  it("is there at once when motion is not wanted", () => {
    const view = aViewport();

    view.fly(view.around(2_500, 1_000, 30), 0, false);

    expect(view.pitchPx).toBeCloseTo(30);
    expect(view.step(0)).toBe(false);
  });
});
