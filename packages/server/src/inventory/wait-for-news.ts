import type { Host } from './hosts.ts';

/** Held at once for one host: its agent holds one, and one more while it comes back from a cut connection. */
const MAX_PER_HOST = 3;

/** Resolves with an empty object when something is there for a host; with null after `seconds`, or when it has gone. */
export function waitForNews(host: Host, seconds: number, gone: AbortSignal): Promise<object | null> {
  if (host.waiting.size >= MAX_PER_HOST) for (const wake of [...host.waiting].slice(0, 1)) wake();
  return new Promise((resolve) => {
    const end = (answer: object | null) => {
      clearTimeout(timer);
      host.waiting.delete(wake);
      resolve(answer);
    };
    const wake = () => end({});
    const timer = setTimeout(() => end(null), seconds * 1000);
    gone.addEventListener('abort', () => end(null), { once: true });
    host.waiting.add(wake);
  });
}
