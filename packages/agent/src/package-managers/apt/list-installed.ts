import { software as softwareSchema } from '@fleetmend/api/inventory.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Installed } from '../package-manager.ts';

const FIELDS = ['db:Status-Abbrev', 'Package', 'Version', 'Architecture', 'source:Package', 'source:Version'];
export const DPKG_QUERY_FORMAT = `${FIELDS.map((field) => `\${${field}}`).join('\\t')}\\n`;

/**
 * Reads dpkg-query's lines. What dpkg calls installed, unpacked, half-configured or waiting for triggers is on the disk
 * and counts; half-installed and config-files do not. Entries our contract cannot carry are counted, not guessed.
 */
export function parseInstalled(text: string): Installed & { unreadable: string[] } {
  const installed: Installed & { unreadable: string[] } = {
    software: [],
    unfinished: [],
    held: new Set(),
    unreadable: [],
  };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [status = '', name, version, architecture, source, source_version] = line.split('\t');
    const state = status[1] ?? '';
    if (!'iUFWt'.includes(state) || state === '') continue;
    const entry = softwareSchema.safeParse({
      ecosystem: 'deb',
      name,
      version,
      architecture,
      source,
      source_version,
      module: null,
    });
    if (!entry.success) {
      installed.unreadable.push(`${name} ${version}`);
      continue;
    }
    installed.software.push(entry.data);
    const key = `${name}:${architecture}`;
    if (status[0] === 'h') installed.held.add(key);
    if (state !== 'i') installed.unfinished.push(key);
  }
  return installed;
}

/** Everything dpkg has on this host. @throws Error when dpkg-query itself fails. */
export async function listInstalled(): Promise<Installed> {
  const result = await runCommand('dpkg-query', ['-W', `-f=${DPKG_QUERY_FORMAT}`]);
  if (result.code !== 0) throw new Error(`dpkg-query failed: ${result.stderr.trim().slice(0, 500)}`);
  return parseInstalled(result.stdout.toString('utf8'));
}
