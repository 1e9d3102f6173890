import { CRITICALITIES, EXPOSURES, SENSITIVITIES } from './asset.ts';

/** What a list of machines says of one of them; a field that it does not have says nothing. */
export interface ListedHost {
  hostname: string;
  labels: Record<string, string>;
  owner?: string;
  service_group?: string;
  criticality?: (typeof CRITICALITIES)[number];
  data_sensitivity?: (typeof SENSITIVITIES)[number];
  exposure?: (typeof EXPOSURES)[number];
}

/** A list that was read, or what is wrong with it and where. */
export type HostList = { hosts: ListedHost[] } | { error: string };

const LABEL = /^[a-z][a-z0-9_.-]{0,62}$/;
const HOSTNAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;
const CHOICES = { criticality: CRITICALITIES, data_sensitivity: SENSITIVITIES, exposure: EXPOSURES } as const;
export const MOST_HOSTS = 100_000;
const MOST_LINES = 2 * MOST_HOSTS;
const LONGEST_LINE = 20_000;

/** What is too much in a text before anybody looks for machines in it, in words; null while nothing is. */
export function checkHostText(text: string): string | null {
  let lines = 0;
  for (let from = 0; from < text.length; lines++) {
    const end = text.indexOf('\n', from);
    const to = end === -1 ? text.length : end;
    if (to - from > LONGEST_LINE) return `line ${lines + 1} is longer than ${LONGEST_LINE} characters`;
    if (lines >= MOST_LINES) return `more than ${MOST_LINES} lines`;
    from = to + 1;
  }
  return null;
}

/** A machine of this name with what its fields say, or why they cannot be taken. Fields that are no fact of ours are labels. */
export function readListedHost(name: string, fields: ReadonlyMap<string, string>): ListedHost | { error: string } {
  const hostname = name.trim();
  if (!HOSTNAME.test(hostname)) return { error: `${JSON.stringify(hostname.slice(0, 60))} is no host name` };
  const host: ListedHost = { hostname, labels: {} };
  for (const [key, raw] of fields) {
    const value = raw.trim();
    if (value === '') continue;
    const error = setField(host, key, value);
    if (error !== null) return { error: `${hostname}: ${error}` };
  }
  return host;
}

function setField(host: ListedHost, key: string, value: string): string | null {
  if (value.length > 200 || /\p{Cc}/u.test(value)) return `${key} is longer than 200 characters or not on one line`;
  if (key === 'owner' || key === 'service_group') {
    host[key] = value;
    return null;
  }
  if (key === 'criticality' || key === 'data_sensitivity' || key === 'exposure') {
    const known: readonly string[] = CHOICES[key];
    if (!known.includes(value)) return `${key} is ${known.join(', ')}, not ${JSON.stringify(value)}`;
    Object.assign(host, { [key]: value });
    return null;
  }
  if (!LABEL.test(key)) return `${JSON.stringify(key)} is no label: small letters, digits, "_", "." and "-"`;
  if (value.length > 100) return `the label ${key} is longer than 100 characters`;
  host.labels[key] = value;
  return null;
}

/** A list as it was read; one without any machine is the wrong file rather than an empty fleet. */
export function toHostList(hosts: ReadonlyMap<string, ListedHost>): HostList {
  return hosts.size === 0 ? { error: 'it names no machine' } : { hosts: [...hosts.values()] };
}

/** Adds a machine to a list; one that is named twice says what its last lines say, and keeps what only the first said. */
export function mergeListed(hosts: Map<string, ListedHost>, host: ListedHost): void {
  const before = hosts.get(host.hostname);
  hosts.set(host.hostname, { ...before, ...host, labels: { ...before?.labels, ...host.labels } });
}
