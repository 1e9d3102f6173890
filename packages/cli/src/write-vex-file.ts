import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { VexFinding } from '@fleetmend/domain/findings/vex-findings.ts';
import { vexEntries } from '@fleetmend/domain/findings/vex-out/vex-entry.ts';
import { writeCsafVex } from '@fleetmend/domain/findings/vex-out/write-csaf-vex.ts';
import { writeCycloneDxVex } from '@fleetmend/domain/findings/vex-out/write-cyclonedx-vex.ts';
import { writeOpenVex } from '@fleetmend/domain/findings/vex-out/write-openvex.ts';
import type { InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import { type Cli, note } from './cli.ts';
import { CliError } from './cli-error.ts';
import { ownVersion } from './own-version.ts';

const FORMS = { openvex: writeOpenVex, csaf: writeCsafVex, cyclonedx: writeCycloneDxVex } as const;

/**
 * Writes findings, and those that VEX has answered, as one VEX document.
 * @throws CliError (usage) for an unknown form, when there is nothing to state, or the file cannot be written.
 */
export async function writeVexFile(
  cli: Cli,
  findings: readonly VexFinding[],
  inventory: InstalledInventory,
  { vexOut = [], vexAuthor = 'fleetmend' }: { vexOut?: readonly string[]; vexAuthor?: string },
): Promise<void> {
  const [form = '', file, ...more] = vexOut;
  const write = Object.hasOwn(FORMS, form) ? FORMS[form as keyof typeof FORMS] : undefined;
  if (write === undefined || file === undefined || more.length > 0)
    throw new CliError('usage', `--vex-out takes one of ${Object.keys(FORMS).join(', ')}, and a file`);
  const entries = vexEntries(findings, inventory);
  if (entries.length === 0) throw new CliError('usage', `there is no finding to state in ${file}`);
  const making = { id: randomUUID(), author: vexAuthor, now: cli.io.now().toISOString(), version: ownVersion() };
  try {
    writeFileSync(file, `${JSON.stringify(write(entries, making), null, 2)}\n`);
  } catch (error) {
    throw new CliError('usage', `${file} cannot be written: ${(error as Error).message}`);
  }
  note(cli, `statements written: ${entries.length} in ${file}`);
}
