import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { compareDeb, parseDeb } from '@fleetmend/domain/versions/deb.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Installed } from '../package-manager.ts';
import { listInstalled } from './list-installed.ts';
import { findInstalled } from './list-updates.ts';
import { aptArguments } from './own-lists.ts';
import { originText } from './parse-policy.ts';
import { parseSimulation, type SimulatedInstall } from './parse-simulation.ts';
import { aptName, offersOf, readIndexEntries, readOffers, refKey, type VersionRef } from './query-index.ts';

type Answer = PlanAnswer['answer'];

function impossible(reason: string): Answer {
  return { outcome: 'impossible', reason: hostLine(reason, 2000) };
}

/** What apt says when it cannot: its `E:` lines and the unmet dependencies above them. */
function aptReason(stdout: string, stderr: string): string {
  const errors = stderr.split('\n').filter((line) => line.startsWith('E: '));
  const unmet = stdout.split('\n').filter((line) => /^ \S+ : |^ +(?:Depends|Breaks|Conflicts|PreDepends): /.test(line));
  return [...unmet.map((line) => line.trim()), ...errors].join(' · ');
}

/**
 * The exact plan: what apt's own dry run would unpack to have all these versions at once, with the digest of each file,
 * and the exact way back. Recommended packages that are not installed stay uninstalled: a patch moves as little as it can.
 */
export async function planInstall(folder: string, packages: PlanRequest['packages']): Promise<Answer> {
  const installed = await listInstalled();
  const obstacle = findObstacle(installed, packages);
  if (obstacle !== null) return impossible(obstacle);
  const wanted = packages.map((entry) => `${aptName(entry)}=${entry.version}`);
  const args = [...aptArguments(folder), '-q', '-s', 'install', '--no-remove', '--no-install-recommends', ...wanted];
  const result = await runCommand('apt-get', args);
  const stdout = result.stdout.toString('utf8');
  const simulation = parseSimulation(stdout);
  if (result.code !== 0) return impossible(aptReason(stdout, result.stderr) || `apt-get ended with ${result.code}`);
  if (simulation.removes.length > 0) return impossible(`it would remove ${simulation.removes.join(', ')}`);
  if (simulation.installs.length === 0) return impossible('nothing would change: these versions are already installed');
  const held = simulation.installs.filter((step) => isHeld(installed, step));
  if (held.length > 0) return impossible(`held back on this machine: ${held.map((step) => step.name).join(', ')}`);
  return completePlan(folder, installed, simulation.installs);
}

function findObstacle(installed: Installed, packages: PlanRequest['packages']): string | null {
  for (const wanted of packages) {
    const now = findInstalled(installed.software, wanted);
    if (now === null) return `${wanted.name} is not installed`;
    if (installed.held.has(`${now.name}:${now.architecture}`)) return `${wanted.name} is held back on this machine`;
    const [from, to] = [parseDeb(now.version), parseDeb(wanted.version)];
    if (from && to && compareDeb(to, from) < 0)
      return `${wanted.name} ${wanted.version} is older than the installed ${now.version}`;
  }
  if (installed.unfinished.length === 0) return null;
  return `packages are not fully configured, run dpkg --configure -a first: ${installed.unfinished.join(', ')}`;
}

function isHeld(installed: Installed, step: SimulatedInstall): boolean {
  const now = findInstalled(installed.software, step);
  return now !== null && installed.held.has(`${now.name}:${now.architecture}`);
}

async function completePlan(folder: string, installed: Installed, steps: readonly SimulatedInstall[]): Promise<Answer> {
  const forward = steps.map((step) => ({ name: step.name, architecture: step.architecture, version: step.to }));
  const back = steps.flatMap((step): VersionRef[] => {
    const now = findInstalled(installed.software, step);
    return step.from === null || now === null
      ? []
      : [{ name: now.name, architecture: now.architecture, version: now.version }];
  });
  const names = [...new Set([...forward, ...back].map(aptName))];
  const [index, offers] = await Promise.all([
    readIndexEntries(folder, [...forward, ...back]),
    readOffers(folder, names),
  ]);
  const operations: Operation[] = [];
  for (const step of steps) {
    const entry = index.get(refKey({ ...step, version: step.to }));
    if (!entry?.sha256) return impossible(`no package list gives a SHA-256 for ${step.name} ${step.to}`);
    const from = findInstalled(installed.software, step);
    if (from && isDowngrade(from.version, step.to)) return impossible(`it would downgrade ${step.name} to ${step.to}`);
    operations.push({
      ecosystem: 'deb',
      package: step.name,
      architecture: step.architecture,
      from: step.from,
      to: step.to,
      sha256: entry.sha256,
      size: entry.size,
      origin: hostLine(originOf(offers, { ...step, version: step.to }) || step.origin, 300),
    });
  }
  return { outcome: 'planned', operations, rollback: wayBack(back, { steps, index, offers }) };
}

function isDowngrade(from: string, to: string): boolean {
  const [a, b] = [parseDeb(from), parseDeb(to)];
  return a !== null && b !== null && compareDeb(b, a) < 0;
}

type Offers = Awaited<ReturnType<typeof readOffers>>;
interface Knowledge {
  steps: readonly SimulatedInstall[];
  index: Awaited<ReturnType<typeof readIndexEntries>>;
  offers: Offers;
}

function originOf(offers: Offers, ref: VersionRef): string {
  return originText(offersOf(offers, ref)?.find((offer) => offer.version === ref.version)?.releases ?? []);
}

/** A downgrade to what is installed now, if every one of those files can still be had and proven. */
function wayBack(back: readonly VersionRef[], { steps, index, offers }: Knowledge) {
  const operations: Operation[] = [];
  const missing: string[] = [];
  for (const ref of back) {
    const entry = index.get(refKey(ref));
    const step = steps.find((candidate) => candidate.name === ref.name);
    // A file of another architecture is not the reverse of the step, and hosts refuse what is not exactly the reverse.
    if (!entry?.sha256 || !step || step.architecture !== ref.architecture) {
      missing.push(`${ref.name} ${ref.version}`);
      continue;
    }
    const { name, architecture, version } = ref;
    operations.push({
      ecosystem: 'deb',
      package: name,
      architecture,
      from: step.to,
      to: version,
      sha256: entry.sha256,
      size: entry.size,
      origin: hostLine(originOf(offers, ref), 300),
    });
  }
  if (missing.length === 0 && operations.length > 0) return { class: 'downgrade' as const, operations, reason: null };
  const words =
    missing.length > 0
      ? `no repository offers ${missing.join(', ')} any more`
      : 'everything in this plan is newly installed';
  return { class: 'none' as const, operations: [], reason: hostLine(words, 500) };
}
