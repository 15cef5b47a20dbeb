import { describe, expect, it } from "vitest";

import { contrast } from "./contrast";
import tokens from "./tokens.css?raw";

const NORMAL = 4.5;
const ENHANCED = 7;

/** Ink, paper, and the least contrast that WCAG asks of text in these colours. */
const PAIRS: [string, string, number][] = [
  ["text", "paper", ENHANCED],
  ["text", "panel", ENHANCED],
  ["text", "wash", ENHANCED],
  ["muted", "paper", NORMAL],
  ["muted", "panel", NORMAL],
  ["brand", "paper", NORMAL],
  ["brand", "panel", NORMAL],
  ["brand", "wash", NORMAL],
  ["on-brand", "brand", NORMAL],
  ["amber", "panel", NORMAL],
  ["danger", "panel", NORMAL],
  ["good", "panel", NORMAL],
  ["field-line", "panel", 3],
];

function colour(name: string, theme: 0 | 1): string {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(tokens);
  return found?.[theme + 1] ?? "";
}

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("the %s palette", (_, theme) => {
  it.each(PAIRS)("%s on %s is legible", (ink, paper, least) => {
    expect(contrast(colour(ink, theme), colour(paper, theme))).toBeGreaterThanOrEqual(least);
  });
});
