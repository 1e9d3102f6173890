import { log } from '../platform/log.ts';
import type { PackageManagerPlugin } from './package-manager.ts';

/** The system's own: while one of these cannot be read, what the machine has is not known. */
const OF_SYSTEM: readonly PackageManagerPlugin['ecosystem'][] = ['deb', 'rpm', 'apk', 'alpm', 'windows', 'macos'];

/** What the managers of one host last said, for those that fail for once. */
export interface LastKnown {
  /**
   * What `read` gives; where it fails, what it gave before, or `otherwise`. @throws what `read` throws when that is the system's
   * own manager, or when there is neither.
   */
  orBefore<T>(plugin: PackageManagerPlugin, what: string, read: () => Promise<T>, otherwise?: T): Promise<T>;
  /** What fails now, in words; empty when nothing does. */
  failures(): string[];
}

/** A store of a snap or a daemon of firmware that is away must not make the whole machine unknown, nor look like an empty one. */
export function keepLastKnown(): LastKnown {
  const values = new Map<string, unknown>();
  const failures = new Map<string, string>();
  return {
    async orBefore(plugin, what, read, otherwise) {
      const key = `${plugin.manager.id}: ${what}`;
      try {
        const value = await read();
        values.set(key, value);
        failures.delete(key);
        return value;
      } catch (error) {
        const before = (values.get(key) as typeof otherwise) ?? otherwise;
        if (OF_SYSTEM.includes(plugin.ecosystem) || before === undefined) throw error;
        failures.set(key, `${key} failed: ${error instanceof Error ? error.message : String(error)}`);
        log('a package manager fails', { manager: plugin.manager.id, what, error: String(error) });
        return before;
      }
    },
    failures: () => [...failures.values()],
  };
}
