import type { CostView } from "./views";

/** "$0.0012", "$1.50", and for an estimate "~$0.20": four digits where two would say nothing. */
export function costText({ usd, estimate }: CostView): string {
  return `${estimate ? "~" : ""}$${usd.toFixed(usd < 0.01 ? 4 : 2)}`;
}
