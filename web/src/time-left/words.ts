const SECOND = 1000;

/** Say how long is left: `9 min 05 s`. */
export function inWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(minutes > 0 ? 2 : 1, "0");
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}
