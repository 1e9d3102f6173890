import { readdirSync, readFileSync } from 'node:fs';
import type { StaleService } from '@fleetmend/domain/inventory/asset.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';

const MAPPING = /^[0-9a-f]+-[0-9a-f]+ ..x. \S+ \S+ \d+ +(\/.*) \(deleted\)$/;
const PROGRAM_FOLDERS = /^\/(?:usr|lib|lib32|lib64|bin|sbin|opt)\//;

/** Program files a process still runs although they were replaced on disk, from /proc/PID/maps (proc(5)). */
export function parseDeletedMappings(maps: string): string[] {
  const files = new Set<string>();
  for (const line of maps.split('\n')) {
    const path = MAPPING.exec(line)?.[1];
    if (path !== undefined && PROGRAM_FOLDERS.test(path)) files.add(hostLine(path, 500));
  }
  return [...files].sort();
}

/** The systemd service a process belongs to, from /proc/PID/cgroup (cgroups(7), both hierarchies); null for none. */
export function parseServiceUnit(cgroup: string): string | null {
  for (const line of cgroup.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined || (controllers !== '' && controllers !== 'name=systemd')) continue;
    const unit = path.split('/').findLast((part) => part.endsWith('.service'));
    if (unit !== undefined) return hostLine(unit, 300);
  }
  return null;
}

function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // The process has ended, or belongs to someone else and cannot be read.
    return '';
  }
}

/** Services that still run replaced program files, as far as this process may look: everything as root, else its own. */
export function findStaleServices(): StaleService[] {
  const services = new Map<string, { pids: number[]; files: Set<string> }>();
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const files = parseDeletedMappings(readProcess(pid, 'maps'));
    const unit = files.length === 0 ? null : parseServiceUnit(readProcess(pid, 'cgroup'));
    if (unit === null) continue;
    const service = services.get(unit) ?? { pids: [], files: new Set<string>() };
    service.pids.push(Number(pid));
    for (const file of files) service.files.add(file);
    services.set(unit, service);
  }
  return [...services]
    .map(([unit, { pids, files }]) => ({ unit, pids: pids.slice(0, 1000), files: [...files].sort().slice(0, 100) }))
    .sort((a, b) => (a.unit < b.unit ? -1 : 1))
    .slice(0, 2000);
}
