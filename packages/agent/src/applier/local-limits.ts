import { z } from 'zod';
import { readTextIfThere } from '../platform/durable-file.ts';

const limits = z.strictObject({
  /** Packages no order may move, whoever signed it. */
  protected_packages: z.array(z.string()).default([]),
  /** The most packages one order may move. */
  max_operations: z.int().min(1).default(1000),
  /** Seconds an order waits for somebody else's package manager run. */
  lock_wait_seconds: z.int().min(0).default(900),
});
export type LocalLimits = z.infer<typeof limits>;

/**
 * The machine owner's own limits, from /etc/fleetmend/applier.json; no signature lifts them.
 * @throws Error when the file is there and cannot be understood: a limit misread is a limit lost.
 */
export function readLocalLimits(
  path = process.env['FLEETMEND_APPLIER_CONFIG'] ?? '/etc/fleetmend/applier.json',
): LocalLimits {
  const text = readTextIfThere(path);
  if (text === null) return limits.parse({});
  const read = limits.safeParse(JSON.parse(text));
  if (!read.success) throw new Error(`${path}: ${z.prettifyError(read.error)}`);
  return read.data;
}
