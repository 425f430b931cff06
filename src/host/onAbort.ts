/**
 * Calls back when a signal aborts, at once when it has already. A signal lives as long as an exchange, which may ask and run many
 * things: each takes its listener away again.
 *
 * @returns ends the wait
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
