/** Reckoning with the calendar's slots: wall times as the page writes them, `2035-05-01T18:00`. */

/** Return the wall time so many minutes later; the calendar of the wall knows no zones. */
export function later(wall: string, minutes: number): string {
  const at = new Date(`${wall}:00Z`);
  at.setUTCMinutes(at.getUTCMinutes() + minutes);
  return at.toISOString().slice(0, 16);
}

/** Return how many slots lie between two places of a row, whatever is in between. */
export function slotsBetween(columns: readonly number[], from: number, to: number): number {
  const [first, last] = from <= to ? [from, to] : [to, from];
  const between = columns.slice(first, last).reduce((sum, wide) => sum + wide, 0);
  return from <= to ? between : -between;
}

/** Return where a hold begins and ends that is drawn from one slot to another, both included. */
export function drawn(one: string, other: string, slotMinutes: number): [string, string] {
  const [first, last] = one <= other ? [one, other] : [other, one];
  const ends = later(last, slotMinutes);
  // A whole day that is drawn means its evening: nobody hires from midnight to midnight.
  return slotMinutes === 1440 ? [later(first, 18 * 60), later(last, 22 * 60)] : [first, ends];
}

/** Write two wall times as people do, the day once where it is one: `Tue, May 1, 2035, 18:00 – 22:00`. */
export function written(starts: string, ends: string, language: string): string {
  const day = new Intl.DateTimeFormat(language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
  });
  return day.formatRange(new Date(`${starts}:00Z`), new Date(`${ends}:00Z`));
}
