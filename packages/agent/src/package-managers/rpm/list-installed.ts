import { software as softwareSchema } from '@fleetmend/api/inventory.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Installed } from '../package-manager.ts';

const FIELDS = ['NAME', 'EPOCHNUM', 'VERSION', 'RELEASE', 'ARCH', 'SOURCERPM', 'MODULARITYLABEL'];
const RPM_QUERY_FORMAT = `${FIELDS.map((field) => `%{${field}}`).join('\\t')}\\n`;

/** Packages of which a system keeps several versions on purpose, each beside the others. */
const INSTALL_ONLY = /^(?:kernel(?:-[a-z0-9+-]+)?|kmod-[a-z0-9._+-]+|installonlypkg)$/;

export function isInstallOnly(name: string): boolean {
  return INSTALL_ONLY.test(name) && !/^kernel-(?:headers|tools|tools-libs|srpm-macros|rpm-macros|doc)$/.test(name);
}

/** `[epoch:]version-release`; rpm's epoch 0 is none. */
export function rpmVersion({ epoch, version, release }: { epoch: string; version: string; release: string }): string {
  return `${epoch === '0' || epoch === '' || epoch === '(none)' ? '' : `${epoch}:`}${version}-${release}`;
}

/** The source package and its version from the name of its file; a binary has its source's epoch. */
export function readSourceRpm(sourcerpm: string, epoch: string): { source: string; source_version: string } | null {
  const [, source, version, release] = /^(.+)-([^-]+)-([^-]+)\.(?:no)?src\.rpm$/.exec(sourcerpm) ?? [];
  if (source === undefined || version === undefined || release === undefined) return null;
  return { source, source_version: rpmVersion({ epoch, version, release }) };
}

/**
 * Reads `rpm -qa` in our format. Two versions of one package, but for kernels, are what an interrupted transaction leaves:
 * both are on the disk. Imported keys are listed as packages and are none.
 */
export function parseInstalledRpms(text: string): Installed {
  const installed: Installed = { software: [], unfinished: [], held: new Set() };
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    const [name = '', epoch = '', version = '', release = '', arch = '', sourcerpm = '', label = ''] = line.split('\t');
    if (name === '' || name === 'gpg-pubkey') continue;
    const whole = rpmVersion({ epoch, version, release });
    const source = readSourceRpm(sourcerpm, epoch) ?? { source: name, source_version: whole };
    const architecture = arch === '' || arch === '(none)' ? 'all' : arch;
    const module = label === '' || label === '(none)' ? null : label;
    const entry = softwareSchema.safeParse({ ecosystem: 'rpm', name, version: whole, architecture, ...source, module });
    if (!entry.success) continue;
    installed.software.push(entry.data);
    const key = `${name}:${architecture}`;
    if (seen.has(key) && !isInstallOnly(name)) installed.unfinished.push(key);
    seen.add(key);
  }
  return installed;
}

/** Everything rpm has on this host. @throws Error when rpm itself fails. */
export async function listInstalledRpms(): Promise<Installed> {
  const result = await runCommand('rpm', ['-qa', '--qf', RPM_QUERY_FORMAT]);
  if (result.code !== 0) throw new Error(`rpm -qa failed: ${result.stderr.trim().slice(0, 500)}`);
  return parseInstalledRpms(result.stdout.toString('utf8'));
}
