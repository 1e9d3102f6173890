import { randomUUID } from 'node:crypto';
import type { InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import { writeCycloneDx } from '@fleetmend/domain/inventory/sbom/write-cyclonedx.ts';
import { writeSpdx } from '@fleetmend/domain/inventory/sbom/write-spdx.ts';
import { type Command, Option } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { addMatchOptions, type MatchOptions, matchInventory } from '../match-inventory.ts';
import { ownVersion } from '../own-version.ts';
import { printJson, printTable } from '../print.ts';
import { type Scan, scanRoot } from '../scan/scan-root.ts';
import { visibleText } from '../visible-text.ts';

interface ScanOptions extends Partial<MatchOptions> {
  root: string;
  sbom?: 'cyclonedx' | 'spdx';
}

export function register(program: Command, cli: Cli): void {
  const command = program
    .command('scan [paths...]')
    .description(
      'what a system has installed, and the lock files and SBOMs below paths of it; offline, no server needed',
    )
    .option('--root <folder>', 'the root of the system: a mounted disk, an unpacked image', '/')
    .addOption(new Option('--sbom <form>', 'print an SBOM').choices(['cyclonedx', 'spdx']))
    .option('--feed <files...>', 'match at once with advisories, as `fleetmend match` does; only then what follows');
  addMatchOptions(command).action((paths: string[], options: ScanOptions) => scan(cli, paths, options));
}

async function scan(cli: Cli, paths: readonly string[], { root, sbom, feed, ...options }: ScanOptions): Promise<void> {
  if (sbom !== undefined && feed !== undefined) throw new CliError('usage', 'give --sbom or --feed, not both');
  const found = await scanRoot(root, paths);
  const { inventory } = found;
  for (const { path, why } of found.unreadable) note(cli, `not read: ${visibleText(path)}: ${visibleText(why)}`);
  if (inventory.packages.length === 0) {
    throw new CliError(
      'usage',
      `${root} has no database of a package manager that is known here, and no lock file or SBOM`,
      {
        fix: 'Give the root of a system with --root, or paths in which lock files or SBOMs lie.',
      },
    );
  }
  noteWhatWasFound(cli, found);
  if (feed !== undefined) return matchInventory(cli, inventory, { ...options, feed });
  const making = { id: randomUUID(), now: cli.io.now().toISOString(), version: ownVersion() };
  if (sbom === 'cyclonedx') return printJson(cli, writeCycloneDx(inventory, making));
  if (sbom === 'spdx') return printJson(cli, writeSpdx(inventory, making));
  if (cli.options().json === true) return printJson(cli, inventoryJson(found));
  printTable(cli, inventory.packages, [
    { title: 'Package', value: (each) => each.name },
    { title: 'Version', value: (each) => each.version },
    { title: 'Architecture', value: (each) => each.architecture || null, isExtra: true },
    { title: 'Of', value: (each) => each.ecosystem ?? inventory.os?.family ?? null },
    { title: 'Source', value: (each) => (each.source === each.name ? null : each.source), isExtra: true },
    { title: 'Path', value: (each) => each.path },
  ]);
}

function noteWhatWasFound(cli: Cli, { inventory: { os }, sources, kernel }: Scan): void {
  note(
    cli,
    os === null
      ? 'system: not known, so no distribution’s advisory can be matched'
      : `system: ${visibleText(`${os.family} ${os.release}`)}`,
  );
  for (const { path, packages } of sources) note(cli, `packages: ${packages} in ${visibleText(path)}`);
  const { running, newest } = kernel;
  if (running !== null && newest !== null && running !== newest)
    note(cli, `kernel: ${visibleText(running)} runs, ${visibleText(newest)} is installed`);
}

/** The form that `match` reads. */
function inventoryJson({ inventory, kernel, sources, unreadable }: Scan) {
  return { os: inventory.os, kernel, sources, unreadable, packages: inventory.packages.map(packageJson) };
}

function packageJson({ architecture, module, ...rest }: InstalledInventory['packages'][number]) {
  return { ...rest, arch: architecture, modularity_label: module };
}
