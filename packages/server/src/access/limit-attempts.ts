import { isIPv6 } from 'node:net';
import { Problem } from '@fleetmend/api/problems.ts';

/** Addresses remembered at once; the oldest are forgotten first, so that a flood of addresses fills no memory. */
const MOST_ADDRESSES = 10_000;

export interface Limiter {
  /** Counts an attempt from an address. @throws Problem `too-many-requests` when it has had its share. */
  count(address: string, now: Date): void;
  /** Takes an attempt back that turned out well. */
  forgive(address: string): void;
}

/** So many attempts per address in a span of time (seconds), in this process. The socket's address counts, no header. */
export function createLimiter({ most, seconds }: { most: number; seconds: number }): Limiter {
  const attempts = new Map<string, { since: number; count: number }>();
  return {
    count(address, now) {
      const place = network(address);
      const known = attempts.get(place);
      const isOver = known === undefined || now.getTime() - known.since >= seconds * 1000;
      const current = isOver ? { since: now.getTime(), count: 0 } : known;
      if (current.count >= most)
        throw new Problem('too-many-requests', `Too many attempts from ${address}; wait a minute.`);
      attempts.delete(place);
      attempts.set(place, { ...current, count: current.count + 1 });
      const oldest = attempts.keys().next();
      if (attempts.size > MOST_ADDRESSES && !oldest.done) attempts.delete(oldest.value);
    },
    forgive(address) {
      const known = attempts.get(network(address));
      if (known !== undefined) known.count -= 1;
    },
  };
}

/** Whoever has one IPv6 address has its whole /64. */
export function network(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
