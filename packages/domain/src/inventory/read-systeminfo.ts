import type { WindowsInventory } from './installed.ts';

/** The first build of each named version (https://learn.microsoft.com/windows/release-health/release-information). */
const WINDOWS_10: readonly (readonly [build: number, version: string])[] = [
  [10586, '1511'],
  [14393, '1607'],
  [15063, '1703'],
  [16299, '1709'],
  [17134, '1803'],
  [17763, '1809'],
  [18362, '1903'],
  [18363, '1909'],
  [19041, '2004'],
  [19042, '20H2'],
  [19043, '21H1'],
  [19044, '21H2'],
  [19045, '22H2'],
];
const WINDOWS_11: readonly (readonly [build: number, version: string])[] = [
  [22000, '21H2'],
  [22621, '22H2'],
  [22631, '23H2'],
  [26100, '24H2'],
  [26200, '25H2'],
];

/** What is the same in every language: the product, `10.0.17134 … 17134`, `x64-based PC`, `KB…`. */
const NAME =
  /Windows(?:\(R\)|®|r)?\s+(?:Server(?:\(R\)|®|r)?\s+(2003 R2|2003|2008 R2|2008|2012 R2|2012|20[1-9][0-9])|(XP|Vista|7|8\.1|8|10|11)(?![0-9.]))/i;
const VERSION = /\b([0-9]+\.[0-9]+\.[0-9]{4,5})\b[^\r\n]*?\b([0-9]{4,5})\s*$/m;

/**
 * Reads the text of `systeminfo`, in whatever language it was written.
 * @returns null when it names no Windows we know, or no version.
 */
export function readSysteminfo(given: string): WindowsInventory | null {
  // A blank that does not break, also as old French and Spanish code pages write it (0xff).
  const text = given.replace(/[\u00a0\u00ff]/g, ' ');
  const version = VERSION.exec(text);
  // "Microsoftr Windows VistaT": the marks of trade of a code page that has none.
  const name = NAME.exec(text.replace(/VistaT\b/, 'Vista'));
  if (version === null || name === null) return null;
  const [line = '', , build = ''] = version;
  const servicePack = /Service Pack ([1-9])/i.exec(line)?.[1];
  const architecture = (/(\S+?)-based PC/i.exec(text)?.[1] ?? 'x64').toLowerCase();
  const product = productName(name[1] ?? null, name[2] ?? '', { build: Number(build), architecture, servicePack });
  const installed_kbs = [...new Set([...text.matchAll(/\bKB([0-9]{5,8})/gi)].map(([, kb = '']) => kb))];
  return { product, is_stated: false, build, installed_kbs };
}

interface Machine {
  build: number;
  architecture: string;
  servicePack: string | undefined;
}

function productName(server: string | null, client: string, machine: Machine): string {
  const is32 = machine.architecture === 'x86';
  const bits = machine.architecture === 'arm64' ? 'ARM64' : machine.architecture;
  const systems = `for ${is32 ? '32-bit' : `${bits}-based`} Systems`;
  const pack = machine.servicePack === undefined ? '' : ` Service Pack ${machine.servicePack}`;
  // What came out with its first service pack inside: updates for it name none.
  const isBorn = pack.endsWith(' 1') && (server?.toUpperCase() === '2008' || (machine.build === 3790 && !is32));
  const words = { systems, edition: is32 ? '' : ' x64 Edition', pack: isBorn ? '' : pack };
  return server === null ? clientName(client, machine.build, words) : serverName(server.toUpperCase(), words);
}

interface Words {
  systems: string;
  edition: string;
  pack: string;
}

function serverName(server: string, { systems, edition, pack }: Words): string {
  // `systeminfo` says the same on 2003 and 2003 R2, and nearly all updates are named for the first.
  if (server.startsWith('2003')) return `Microsoft Windows Server 2003${edition}${pack}`;
  if (server.startsWith('2008')) return `Windows Server ${server} ${systems}${pack}`;
  return `Windows Server ${server}`;
}

function clientName(client: string, build: number, { systems, edition, pack }: Words): string {
  if (/xp/i.test(client)) return `Microsoft Windows XP${edition === '' ? '' : ` Professional${edition}`}${pack}`;
  if (/vista/i.test(client)) return `Windows Vista${edition}${pack}`;
  if (client === '10') return `Windows 10${versionOf(WINDOWS_10, build)} ${systems}`;
  if (client === '11') return `Windows 11${versionOf(WINDOWS_11, build)} ${systems}`;
  return `Windows ${client} ${systems}${pack}`;
}

/** ` Version 1803`: the newest not above the build; nothing for the first release, whose updates name no version. */
function versionOf(versions: typeof WINDOWS_10, build: number): string {
  const version = versions.findLast(([first]) => build >= first)?.[1];
  return version === undefined ? '' : ` Version ${version}`;
}
