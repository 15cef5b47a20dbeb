/** Reckoning change in whole hundredths and finer, so that no cent is lost to fractions. */

const FINEST = 10_000;

/** Read `12.50` or `12,50`; null for what is no amount. */
export function readAmount(text: string): number | null {
  const found = /^(\d{1,9})(?:[.,](\d{1,4}))?$/.exec(text.trim());
  if (found === null) return null;
  return Number(found[1]) * FINEST + Number((found[2] ?? "").padEnd(4, "0"));
}

/** What is to be handed back; negative when it is too little, null when nothing is typed. */
export function changeDue(given: string, due: number): number | null {
  const amount = readAmount(given);
  return amount === null ? null : (amount - due) / FINEST;
}
