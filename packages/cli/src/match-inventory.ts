import { isOpen, type MatchedFinding, matchKey } from '@fleetmend/domain/findings/match-finding.ts';
import { createMatcher } from '@fleetmend/domain/findings/match-rules.ts';
import { createWindowsMatcher, type WindowsMatch } from '@fleetmend/domain/findings/match-windows.ts';
import { preferSources } from '@fleetmend/domain/findings/prefer-sources.ts';
import { applyVex, type VexFinding } from '@fleetmend/domain/findings/vex-findings.ts';
import type { InstalledInventory } from '@fleetmend/domain/inventory/installed.ts';
import type { Command } from 'commander';
import { type Cli, note } from './cli.ts';
import { printJson, printTable } from './print.ts';
import { readFeedFile } from './read-feed-file.ts';
import { readVexFile } from './read-vex-file.ts';
import { visibleText } from './visible-text.ts';
import { writeVexFile } from './write-vex-file.ts';

/** What feeds say of an inventory. */
interface Found {
  findings: MatchedFinding[];
  windows: Omit<WindowsMatch, 'findings'> | null;
}

/** What both `match` and `scan` are told of matching. */
export interface MatchOptions {
  feed: readonly string[];
  all?: boolean;
  vex?: readonly string[];
  vexOut?: readonly string[];
  vexAuthor?: string;
}

/** Adds to a command what it can be told of matching, beside its feeds. */
export function addMatchOptions(command: Command): Command {
  return command
    .option('--all', 'also what is not affected, withdrawn or unreadable, and why')
    .option('--vex <files...>', 'VEX documents (OpenVEX, CSAF, CycloneDX) that answer findings')
    .option('--vex-out <form-and-file...>', 'write the findings as VEX: openvex, csaf or cyclonedx, and a file')
    .option('--vex-author <name>', 'who says so in that document', 'fleetmend');
}

/**
 * Holds feeds against an inventory and prints what they say of it: what is open, or with `all` also why there is no finding.
 * What could not be judged, and where VEX documents differ, is told on stderr.
 */
export async function matchInventory(cli: Cli, inventory: InstalledInventory, options: MatchOptions): Promise<void> {
  const found = await matchFeeds(inventory, options.feed);
  const findings = await applyVexFiles(cli, found.findings, inventory, options.vex ?? []);
  const told = options.all === true ? findings : findings.filter(isOpen);
  if (options.vexOut !== undefined) await writeVexFile(cli, findings, inventory, options);
  noteGaps(cli, inventory, findings);
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

async function applyVexFiles(
  cli: Cli,
  findings: readonly MatchedFinding[],
  inventory: InstalledInventory,
  files: readonly string[],
): Promise<VexFinding[]> {
  const statements = [];
  for (const file of files) {
    const reading = await readVexFile(file);
    statements.push(...reading.statements);
    if (reading.unresolved > 0)
      note(cli, `${visibleText(file)}: statements about products that cannot be told from it: ${reading.unresolved}`);
  }
  const applied = applyVex(findings, statements, inventory);
  for (const conflict of applied.conflicts) note(cli, `VEX documents differ on ${visibleText(conflict)}`);
  const answered = applied.findings.filter(({ rule }) => rule === 'vex').length;
  if (answered > 0) note(cli, `findings answered by VEX: ${answered}; --all shows them`);
  return applied.findings;
}

function noteGaps(cli: Cli, inventory: InstalledInventory, findings: readonly MatchedFinding[]): void {
  const unread = findings.filter(({ state }) => state === 'unknown').length;
  if (unread > 0) note(cli, `${unread} entries could not be judged, since a version cannot be read: --all shows them`);
  if (inventory.unidentified > 0)
    note(
      cli,
      `entries passed over, with no package URL with a version and no CPE, or of another system: ${inventory.unidentified}`,
    );
  if (inventory.os === null && inventory.packages.some(({ ecosystem }) => ecosystem === null))
    note(cli, 'the inventory does not tell its system, so no distribution’s advisory was held against it: use --os');
}

/** What feeds say of an inventory, the best of several sources. @throws CliError (usage) for a file that is no feed */
export async function matchFeeds(inventory: InstalledInventory, feeds: readonly string[]): Promise<Found> {
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
  const findings = preferSources([...found.values()]).sort(byText);
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
