/** The page's colours as the canvas needs them, and colours mixed from them. */

export interface Palette {
  paper: string;
  panel: string;
  text: string;
  muted: string;
  line: string;
  brand: string;
  onBrand: string;
  amber: string;
  wash: string;
  font: string;
}

type Rgb = [number, number, number];

const NAMES = {
  paper: "--paper",
  panel: "--panel",
  text: "--text",
  muted: "--muted",
  line: "--field-line",
  brand: "--brand",
  onBrand: "--on-brand",
  amber: "--amber",
  wash: "--wash",
} as const;

/** Read the colours that hold now, in light or in dark. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  host.append(probe);
  const found = Object.entries(NAMES).map(([name, variable]) => {
    probe.style.color = `var(${variable})`;
    return [name, hex(getComputedStyle(probe).color)];
  });
  const font = getComputedStyle(host).fontFamily;
  probe.remove();
  return { ...(Object.fromEntries(found) as Omit<Palette, "font">), font };
}

/** Any CSS colour as `#rrggbb`; what is none is grey. */
export function hex(color: string): string {
  const canvas = (scratch ??= document.createElement("canvas").getContext("2d"));
  if (canvas === null) return "#808080";
  canvas.fillStyle = "#808080";
  canvas.fillStyle = color;
  return canvas.fillStyle.startsWith("#") ? canvas.fillStyle : "#808080";
}

/** So much of the other colour in the one. */
export function blend(one: string, other: string, share: number): string {
  const [from, to] = [rgb(one), rgb(other)];
  return `#${from.map((value, at) => byte(value + (to[at]! - value) * share)).join("")}`;
}

/** Black or white, whichever is easier to read on the colour. */
export function inkOn(color: string): string {
  const [red, green, blue] = rgb(color).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}

let scratch: CanvasRenderingContext2D | null = null;

function rgb(color: string): Rgb {
  return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as Rgb;
}

function byte(value: number): string {
  return Math.round(value).toString(16).padStart(2, "0");
}
