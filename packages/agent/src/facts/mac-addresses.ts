import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { macFacts } from '@fleetmend/domain/inventory/host-facts.ts';
import { readTextIfThere } from '../platform/durable-file.ts';

/**
 * The addresses of the network cards, sorted: those with a device behind them, since bridges and containers make theirs up.
 * They say that two records may be one machine, and prove nothing.
 */
export function readMacAddresses(folder = '/sys/class/net'): string[] {
  const cards = existsSync(folder) ? readdirSync(folder) : [];
  const real = cards.filter((card) => existsSync(join(folder, card, 'device')));
  return macFacts(real.map((card) => readTextIfThere(join(folder, card, 'address')) ?? ''));
}
