import type { MenuAction } from "../shared/protocol";

/** What can be done with the thing that an element shows. */
export type Actions = Readonly<Partial<Record<MenuAction, () => void>>>;

const actionsOf = new WeakMap<Element, Actions>();

/** Tells this page from others: what is chosen in a context menu comes back with it. */
const PAGE = Math.random().toString(36); // crypto has no randomUUID outside of a secure context, where tests run

/** Where the context menu was opened last. */
let place: Element | null = null;

/**
 * Offers actions on an element and all that is in it: in VS Code's context menu, by name, and by keys. `facts` are context keys
 * for the menu's `when` clauses in package.json.
 */
export function offer(made: Element, actions: Actions, facts: Readonly<Record<string, string | boolean>>): void {
  actionsOf.set(made, actions);
  setFacts(made, facts);
}

/** VS Code joins them with those of the elements around. */
function setFacts(made: Element, facts: Readonly<Record<string, string | boolean>>): void {
  made.setAttribute("data-vscode-context", JSON.stringify(facts));
}

/** Runs the nearest action of that name from an element outwards; false when there is none. */
export function act(from: Element | null, action: MenuAction): boolean {
  for (let at = from; at; at = at.parentElement) {
    const run = actionsOf.get(at)?.[action];
    if (!run) continue;
    run();
    return true;
  }
  return false;
}

/** Watches where context menus are opened. */
export function watchPlaces(): void {
  setFacts(document.body, { sidenotePage: PAGE });
  document.addEventListener("contextmenu", ({ target }) => (place = target instanceof Element ? target : null), true);
}

/** Runs what was chosen in a context menu, if that was opened on this page. */
export function actAtPlace(page: string, action: MenuAction): void {
  if (page === PAGE && place?.isConnected) act(place, action);
}
