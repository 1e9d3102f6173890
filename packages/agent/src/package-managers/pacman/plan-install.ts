import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Installed } from '../package-manager.ts';
import { listInstalled } from './list-installed.ts';
import { prepareDatabases, readOffers, readSetting } from './own-databases.ts';
import { PRINT_FORMAT, parsePrinted, readComplaints } from './parse-output.ts';

type Answer = PlanAnswer['answer'];

function impossible(reason: string): Answer {
  return { outcome: 'impossible', reason: hostLine(reason, 2000) };
}

/** The exact plan by pacman's own resolver. Only the newest of each package is on offer, so any other version is not. */
export async function planInstall(folder: string, packages: PlanRequest['packages']): Promise<Answer> {
  const installed = await listInstalled();
  const own = await prepareDatabases(folder);
  const offers = readOffers(folder);
  const obstacle = findObstacle(installed, packages);
  if (obstacle !== null) return impossible(obstacle);
  const args = [
    '--dbpath',
    own,
    '-S',
    '--print',
    '--print-format',
    PRINT_FORMAT,
    '--',
    ...packages.map(({ name }) => name),
  ];
  const result = await runCommand('pacman', args);
  const steps = parsePrinted(result.stdout.toString('utf8'));
  if (result.code !== 0) return impossible(readComplaints(result.stderr) || `pacman ended with ${result.code}`);
  const missed = packages.find(
    ({ name, version }) => !steps.some((step) => step.name === name && step.version === version),
  );
  if (missed !== undefined) return impossible(`no repository offers ${missed.name} ${missed.version}`);
  return completePlan(installed, steps, offers);
}

async function completePlan(
  installed: Installed,
  steps: ReturnType<typeof parsePrinted>,
  offers: ReturnType<typeof readOffers>,
): Promise<Answer> {
  const operations: Operation[] = [];
  const back: Operation[] = [];
  const lost: string[] = [];
  for (const step of steps) {
    const offer = offers.get(`${step.repository}/${step.name}`);
    const now = installed.software.find(({ name }) => name === step.name) ?? null;
    const unsuitable = findUnsuitable(installed, now, step);
    if (unsuitable !== null) return impossible(unsuitable);
    if (offer === undefined || offer.sha256 === null)
      return impossible(`no database gives a SHA-256 for ${step.name} ${step.version}`);
    const { architecture, sha256, size, repository: origin } = offer;
    const shared = { ecosystem: 'alpm' as const, package: step.name, architecture };
    operations.push({ ...shared, from: now?.version ?? null, to: step.version, sha256, size, origin });
    if (now === null) continue;
    const kept = now.architecture === architecture ? await findCached(now) : null;
    if (kept === null) lost.push(`${now.name} ${now.version}`);
    else back.push({ ...shared, from: step.version, to: now.version, ...kept.proof, origin: 'cache' });
  }
  return { outcome: 'planned', operations, rollback: wayBack(back, lost) };
}

function wayBack(operations: Operation[], lost: readonly string[]) {
  if (lost.length === 0 && operations.length > 0) return { class: 'downgrade' as const, operations, reason: null };
  const words =
    lost.length > 0 ? `pacman's cache no longer has ${lost.join(', ')}` : 'everything in this plan is newly installed';
  return { class: 'none' as const, operations: [], reason: hostLine(words, 500) };
}

function findUnsuitable(
  installed: Installed,
  now: Software | null,
  { name, version }: { name: string; version: string },
): string | null {
  if (now === null) return null;
  if (installed.held.has(`${now.name}:${now.architecture}`)) return `held back on this machine: ${name}`;
  return compareIn('alpm', version, now.version) === 1 ? null : `it would downgrade ${name} to ${version}`;
}

function findObstacle(installed: Installed, packages: PlanRequest['packages']): string | null {
  if (installed.unfinished.length > 0)
    return `an interrupted run has left these half way: ${installed.unfinished.join(', ')}`;
  for (const wanted of packages) {
    const now = installed.software.find(({ name }) => name === wanted.name);
    if (now === undefined) return `${wanted.name} is not installed`;
    if (installed.held.has(`${now.name}:${now.architecture}`)) return `${wanted.name} is held back on this machine`;
    const order = compareIn('alpm', wanted.version, now.version);
    if (order === 0) return 'nothing would change: these versions are already installed';
    if (order !== 1) return `${wanted.name} ${wanted.version} is older than the installed ${now.version}`;
  }
  return null;
}

/** The file that was installed, where pacman's cache still has it: repositories keep no older version. */
export async function findCached({
  name,
  version,
  architecture,
}: Pick<Software, 'name' | 'version' | 'architecture'>): Promise<{
  path: string;
  proof: { sha256: string; size: number };
} | null> {
  const start = `${name}-${version}-${architecture}.pkg.tar`;
  for (const folder of await readSetting('CacheDir')) {
    const found = (existsSync(folder) ? readdirSync(folder) : []).find(
      (file) => file.startsWith(start) && /^(?:\.(?:zst|xz|gz|bz2|lz4))?$/.test(file.slice(start.length)),
    );
    if (found === undefined) continue;
    const path = join(folder, found);
    const bytes = readFileSync(path);
    return { path, proof: { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length } };
  }
  return null;
}
