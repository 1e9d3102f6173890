import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTextIfThere } from '../platform/durable-file.ts';

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const NOBODY = '00:00:00:00:00:00';
const MOST = 32;

/**
 * The addresses of the network cards, sorted: those with a device behind them, since bridges and containers make theirs up.
 * They say that two records may be one machine, and prove nothing.
 */
export function readMacAddresses(folder = '/sys/class/net'): string[] {
  const cards = existsSync(folder) ? readdirSync(folder) : [];
  const addresses = cards
    .filter((card) => existsSync(join(folder, card, 'device')))
    .map((card) => (readTextIfThere(join(folder, card, 'address')) ?? '').trim().toLowerCase())
    .filter((address) => MAC.test(address) && address !== NOBODY);
  return [...new Set(addresses)].sort().slice(0, MOST);
}
