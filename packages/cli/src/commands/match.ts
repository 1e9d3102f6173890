import { isOpen, type MatchedFinding, matchKey } from '@fleetmend/domain/findings/match-finding.ts';
import { createMatcher } from '@fleetmend/domain/findings/match-rules.ts';
import { createWindowsMatcher, type WindowsMatch } from '@fleetmend/domain/findings/match-windows.ts';
import type { InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import type { Command } from 'commander';
import { type Cli, note } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { printJson, printTable } from '../print.ts';
import { readFeedFile } from '../read-feed-file.ts';
import { readInventoryFile } from '../read-inventory-file.ts';

interface MatchOptions {
  inventory: string;
  feed: string[];
  os?: string;
  all?: boolean;
}

export function register(program: Command, cli: Cli): void {
  program
    .command('match')
    .description('which advisories touch an inventory; offline, no server needed')
    .requiredOption(
      '--inventory <file>',
      'inventory.json, SBOM, lock file, dpkg status, rpm -qa, apk installed, or systeminfo text',
    )
    .requiredOption('--feed <files...>', 'advisories in the form their publisher writes them, gzip or not')
    .option('--os <family:release>', 'the system, where the inventory does not tell: debian:12, almalinux:8.9')
    .option('--all', 'also what is not affected, withdrawn or unreadable, and why')
    .action((options: MatchOptions) => match(cli, options));
}

async function match(cli: Cli, { inventory: file, feed: feeds, os, all }: MatchOptions): Promise<void> {
  const inventory = withSystem(await readInventoryFile(file), os);
  const found = await matchFeeds(inventory, feeds);
  const told = all === true ? found.findings : found.findings.filter(isOpen);
  const unread = found.findings.filter(({ state }) => state === 'unknown').length;
  if (unread > 0) note(cli, `${unread} entries could not be judged, since a version cannot be read: --all shows them`);
  if (inventory.unidentified > 0)
    note(
      cli,
      `entries passed over, with no package URL with a version and no CPE, or of another system: ${inventory.unidentified}`,
    );
  if (inventory.os === null && inventory.packages.some(({ ecosystem }) => ecosystem === null))
    note(cli, 'the inventory does not tell its system, so no distribution’s advisory was held against it: use --os');
  if (cli.options().json === true) {
    printJson(cli, { findings: told, ...(found.windows === null ? {} : { windows: found.windows }) });
    return;
  }
  printTable(cli, told, [
    { title: 'Advisory', value: (each) => each.advisory },
    { title: 'Package', value: (each) => each.package },
    { title: 'Installed', value: (each) => each.installed },
    { title: 'Fixed', value: (each) => each.fixed },
    { title: 'State', value: (each) => ({ state: each.state }) },
    { title: 'Vulnerabilities', value: (each) => each.vulnerabilities.join(' ') },
    { title: 'Why', value: (each) => each.why, isExtra: true },
  ]);
}

interface Found {
  findings: MatchedFinding[];
  windows: Omit<WindowsMatch, 'findings'> | null;
}

async function matchFeeds(inventory: InstalledInventory, feeds: readonly string[]): Promise<Found> {
  const matchRule = createMatcher(inventory);
  const windows = inventory.windows === null ? null : createWindowsMatcher(inventory.windows);
  const found = new Map<string, MatchedFinding>();
  for (const feed of feeds) {
    await readFeedFile(feed, {
      rule(rule) {
        for (const finding of matchRule(rule)) found.set(matchKey(finding), found.get(matchKey(finding)) ?? finding);
      },
      msrc: (row) => windows?.add(row),
    });
  }
  const findings = [...found.values()].sort(byText);
  if (windows === null) return { findings, windows: null };
  const { findings: open, ...rest } = windows.result();
  return { findings: [...findings, ...open].sort(byText), windows: rest };
}

function byText(a: MatchedFinding, b: MatchedFinding): number {
  const x = `${a.package}\n${a.advisory}\n${a.fixed}`;
  const y = `${b.package}\n${b.advisory}\n${b.fixed}`;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

/** @throws CliError (usage) for an `--os` that is not a family and a release. */
function withSystem(inventory: InstalledInventory, os: string | undefined): InstalledInventory {
  if (os === undefined) return inventory;
  const [, family, release] = /^([a-z][a-z-]*):([0-9]\S*)$/i.exec(os) ?? [];
  if (family === undefined || release === undefined)
    throw new CliError('usage', `--os ${JSON.stringify(os)} is not a family and a release, such as debian:12`);
  return { ...inventory, os: { family: family.toLowerCase(), release } };
}
