/** Everything that the seat map says, in one place. */

import { ACCESSIBLE, COMPANION, RESTRICTED_VIEW } from "./geometry";
import { FREE, HELD, NOT_FOR_SALE, SOLD } from "./states";

export interface SeatName {
  section: string;
  row: string;
  seat: string;
}

const STATES: Record<number, string> = {
  [FREE]: "free",
  [HELD]: "in somebody’s basket",
  [SOLD]: "sold",
  [NOT_FOR_SALE]: "not for sale",
};

export const words = {
  map: "Map of the seats. Arrow keys move it, plus and minus zoom, 0 shows all of it. The list has the same seats.",
  nearer: "Zoom in",
  farther: "Zoom out",
  whole: "Show the whole map",
  prices: "Prices: choose some to see only those",
  allPrices: "All prices",
  list: "Seats as a list",
  section: "Section",
  chooseSection: "Choose a section",
  listHelp: "Arrow keys go from seat to seat, Page Up and Page Down from section to section, Space chooses.",
  lookHelp: "Arrow keys go from seat to seat, Page Up and Page Down from section to section.",
  yours: "Your choice",
  nothingYet: "Nothing chosen yet. Choose seats on the map, or in the list.",
  total: "Total",
  places: "Places without numbers",
  ticketType: (seat: SeatName): string => `Ticket type for ${words.fullName(seat)}`,
  remove: (seat: SeatName): string => `Remove ${words.fullName(seat)}`,
  fewer: (name: string): string => `One fewer: ${name}`,
  more: (name: string): string => `One more: ${name}`,
  row: (label: string): string => (label === "" ? "" : `Row ${label}`),
  seat: (name: SeatName): string => (name.row === "" ? `Seat ${name.seat}` : `Row ${name.row}, seat ${name.seat}`),
  fullName: (name: SeatName): string =>
    [name.section, name.row && `row ${name.row}`, `seat ${name.seat}`].filter((part) => part !== "").join(", "),
  state: (state: number): string => STATES[state] ?? "",
  chosenState: "chosen",
  left: (count: string): string => `${count} left`,
  free: (count: string, price: string): string => (price === "" ? `${count} free` : `${count} free · from ${price}`),
  soldOut: "sold out",
  noneWanted: "none at these prices",
  seats: (count: string): string => `${count} seats`,
  room: (count: string): string => `room for ${count}`,
  chosen: (name: SeatName, price: string, count: number, total: string): string =>
    `${words.fullName(name)}, ${price}, chosen. ${words.tickets(count)}, ${total} in total.`,
  removed: (name: SeatName, count: number, total: string): string =>
    `${words.fullName(name)} removed. ${words.tickets(count)}, ${total} in total.`,
  tickets: (count: number): string => (count === 1 ? "1 ticket" : `${count} tickets`),
  full: (max: number): string => `That is all: ${words.tickets(max)} at most in one go.`,
  taken: (names: SeatName[]): string =>
    names.length === 1
      ? `Sorry, somebody was a moment faster: ${words.fullName(names[0]!)} has just been taken. We took it out of your choice.`
      : `Sorry, somebody was a moment faster: ${names.map(words.fullName).join("; ")} have just been taken. We took them out of your choice.`,
  kept: "This place is kept for wheelchair users and who comes with them. Please say below that somebody of you uses a wheelchair.",
  asGood: "Hold others that are as good",
  notForSale: "This seat cannot be bought here now.",
  notFree: (name: SeatName, state: number): string => `${words.fullName(name)} is ${words.state(state)}.`,
  unsold: "Tickets are not on sale at the moment.",
  broken: "The map could not be loaded. You can choose from the list instead.",
  offline: "The connection is interrupted: what is shown as free may be taken.",
  online: "The connection is back.",
  notes(flags: number): string[] {
    return [
      ...(flags & ACCESSIBLE ? ["wheelchair space"] : []),
      ...(flags & COMPANION ? ["companion seat"] : []),
      ...(flags & RESTRICTED_VIEW ? ["restricted view"] : []),
    ];
  },
  key: [
    ["free", "Free"],
    ["chosen", "Your choice"],
    ["held", "In a basket"],
    ["sold", "Sold"],
    ["accessible", "Wheelchair space"],
    ["companion", "Companion seat"],
    ["restricted", "Restricted view"],
  ] as const,
};
