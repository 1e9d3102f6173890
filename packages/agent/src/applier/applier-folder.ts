import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where root keeps what it knows; nothing in it can be written by the networked half. */
export interface ApplierFolder {
  path: string;
  pin: string;
  roots: string;
  binding: string;
  epoch: string;
  journal: string;
  refusals: string;
  orders: string;
  logs: string;
  packages: string;
}

export function applierFolder(
  path = process.env['FLEETMEND_APPLIER_STATE'] ?? '/var/lib/fleetmend-applier',
): ApplierFolder {
  const folder = {
    path,
    pin: join(path, 'pin.json'),
    roots: join(path, 'roots.json'),
    binding: join(path, 'binding.json'),
    epoch: join(path, 'epoch.json'),
    journal: join(path, 'journal.ndjson'),
    refusals: join(path, 'refusals.ndjson'),
    orders: join(path, 'orders'),
    logs: join(path, 'logs'),
    packages: join(path, 'packages'),
  };
  mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const part of [folder.orders, folder.logs, folder.packages]) mkdirSync(part, { recursive: true, mode: 0o700 });
  return folder;
}
