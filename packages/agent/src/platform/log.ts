import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';

/** One line on stderr, which systemd's journal keeps; fields are printed as key=value. */
export function log(message: string, fields: Record<string, string | number | boolean | null> = {}): void {
  const details = Object.entries(fields).map(([key, value]) => ` ${key}=${hostLine(String(value), 1000)}`);
  process.stderr.write(`${message}${details.join('')}\n`);
}
