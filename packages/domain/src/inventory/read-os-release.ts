import type { OperatingSystem } from './installed.ts';
import { operatingSystem } from './operating-system.ts';

/** The keys and values of `/etc/os-release` (os-release(5)), without quotes; absent keys are absent, never guessed. */
export function osReleaseFields(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^([A-Z_0-9]+)=(.*)$/.exec(line.trim()) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, unquote(value));
  }
  return values;
}

function unquote(value: string): string {
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(value.trim());
  return (quoted?.[1] ?? quoted?.[2] ?? value.trim()).replace(/\\([\\"$`])/g, '$1');
}

/** Ids of os-release that advisories know under another name. */
const IDS: Readonly<Record<string, string>> = { ol: 'oracle', rhel: 'redhat', amzn: 'amazon' };

/** The system that `/etc/os-release` names; null when it has no ID. */
export function readOsRelease(text: string): OperatingSystem | null {
  const fields = osReleaseFields(text);
  const id = fields.get('ID') ?? '';
  if (id === '') return null;
  const family = Object.hasOwn(IDS, id) ? (IDS[id] ?? id) : id;
  // Debian's testing has no number yet, and tells its name alone.
  const release = fields.get('VERSION_ID') ?? fields.get('VERSION_CODENAME') ?? '';
  return { family: family.toLowerCase(), release };
}

/** The system in the one line of `/etc/redhat-release` and its kin: `CentOS release 6.10 (Final)`; null when it names none. */
export function readReleaseLine(text: string): OperatingSystem | null {
  const [, name = '', release = ''] = /^(.+?)(?: Linux)?(?: Server)? release ([0-9][0-9.]*)/i.exec(text.trim()) ?? [];
  return name === '' ? null : operatingSystem(name, release);
}
