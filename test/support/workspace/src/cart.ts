/** One tea in the cart. Prices are in cents, so that sums are exact. */
export interface Item {
  name: string;
  grams: number;
  centsPer100g: number;
}

export interface Discount {
  code: string;
  percent: number;
  /** The smallest subtotal, in cents, for which the code counts. */
  from: number;
}

const SHIPPING = 490;
const FREE_SHIPPING_FROM = 4_000;

export function price(item: Item): number {
  return Math.round((item.grams * item.centsPer100g) / 100);
}

/** What the customer pays, in cents. Of several discounts only the best one counts. */
export function total(items: readonly Item[], discounts: readonly Discount[] = []): number {
  const subtotal = items.reduce((sum, item) => sum + price(item), 0);
  const best = discounts
    .filter((discount) => subtotal >= discount.from)
    .reduce((percent, discount) => Math.max(percent, discount.percent), 0);
  const reduced = subtotal - Math.floor((subtotal * best) / 100);
  const shipping = reduced >= FREE_SHIPPING_FROM || items.length === 0 ? 0 : SHIPPING;
  return reduced + shipping;
}

export function format(cents: number, locale = "en-IE"): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" }).format(cents / 100);
}
