type Listener = (text: string) => void;
const listeners = new Set<Listener>();

/** Says something once, in sight and to screen readers, without moving the focus. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text);
}

/** Hears announcements until the returned function is called. */
export function onAnnouncement(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
