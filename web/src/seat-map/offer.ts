/** What can be bought, and for how much. */

export interface Money {
  amount: number;
  currency: string;
}

export interface TicketType {
  id: string;
  name: string;
  description: string;
  categories: string[];
  poolId: string | null;
  saleState: string;
  saleStartsAt: string | null;
  minPerOrder: number;
  maxPerOrder: number;
  prices: Record<string, Money>;
  available: number | null;
}

export interface Offer {
  currency: string;
  isOnSale: boolean;
  maxTicketsPerHold: number;
  ticketTypes: TicketType[];
  categories: { key: string; name: string; color: string; price: Money }[];
}

/** The ticket types that a seat of the category can be bought as now; the first is the usual one. */
export function typesOfCategory(offer: Offer, key: string): TicketType[] {
  return offer.ticketTypes.filter((type) => type.poolId === null && isBuyable(type) && key in type.prices);
}

/** The ticket types that places of the pool can be bought as now. */
export function typesOfPool(offer: Offer, poolId: string): TicketType[] {
  return offer.ticketTypes.filter((type) => type.poolId === poolId && isBuyable(type));
}

/** What the type costs for a seat of the category, or for a place of its pool. */
export function priceOf(type: TicketType, category?: string): number {
  const price = category === undefined ? Object.values(type.prices)[0] : type.prices[category];
  return price?.amount ?? 0;
}

/** The least and the most that a place of the category costs, or null when it is not sold. */
export function priceRange(offer: Offer, key: string): [number, number] | null {
  const prices = offer.ticketTypes
    .filter((type) => isBuyable(type) && key in type.prices)
    .map((type) => priceOf(type, key));
  return prices.length > 0 ? [Math.min(...prices), Math.max(...prices)] : null;
}

/** A writer of amounts in minor units. */
export function moneyWriter(locale: string, currency: string): (amount: number) => string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (amount) => format.format(amount / 10 ** digits);
}

function isBuyable(type: TicketType): boolean {
  return type.saleState === "on_sale";
}
