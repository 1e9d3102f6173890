import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import type { Software } from '@fleetmend/domain/inventory/asset.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { isInstallOnly } from '@fleetmend/domain/inventory/package-lists/rpm-list.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import type { Installed } from '../package-manager.ts';
import { findInstalledRpm, type RpmOffer } from './offers.ts';

type Answer = PlanAnswer['answer'];

/** What a solver would do: the packages that would come, those of now that a repository still offers, those that would go. */
export type Solution = { incoming: RpmOffer[]; back: RpmOffer[]; removed: string[] } | { obstacle: string };

function impossible(reason: string): Answer {
  return { outcome: 'impossible', reason: hostLine(reason, 2000) };
}

/** A plan from what a solver of rpm packages says, held to the promises that every plan makes. */
export async function planRpms(
  installed: Installed,
  packages: PlanRequest['packages'],
  solve: () => Promise<Solution>,
): Promise<Answer> {
  const obstacle = findObstacle(installed, packages);
  if (obstacle !== null) return impossible(obstacle);
  const solution = await solve();
  if ('obstacle' in solution) return impossible(solution.obstacle);
  const { incoming, removed } = solution;
  if (removed.length > 0) return impossible(`it would remove ${removed.join(', ')}`);
  if (incoming.length === 0) return impossible('nothing would change: these versions are already installed');
  const operations: Operation[] = [];
  for (const offer of incoming) {
    const from = isInstallOnly(offer.name) ? null : findInstalledRpm(installed.software, offer);
    const unsuitable = findUnsuitable(installed, from, offer);
    if (unsuitable !== null) return impossible(unsuitable);
    const operation = toOperation(offer, from?.version ?? null);
    if (operation === null) return impossible(`no index gives a SHA-256 for ${offer.name} ${offer.version}`);
    operations.push(operation);
  }
  return { outcome: 'planned', operations, rollback: wayBack(operations, solution.back) };
}

function findObstacle(installed: Installed, packages: PlanRequest['packages']): string | null {
  if (installed.unfinished.length > 0)
    return `an interrupted run has left these twice: ${installed.unfinished.join(', ')}`;
  for (const wanted of packages) {
    const now = findInstalledRpm(installed.software, wanted);
    if (now === null) return `${wanted.name} is not installed`;
    if (installed.held.has(`${now.name}:${now.architecture}`)) return `${wanted.name} is held back on this machine`;
    const order = compareIn('rpm', wanted.version, now.version);
    if (order === 0) return 'nothing would change: these versions are already installed';
    if (order !== 1) return `${wanted.name} ${wanted.version} is older than the installed ${now.version}`;
  }
  return null;
}

function findUnsuitable(installed: Installed, from: Software | null, { name, version }: RpmOffer): string | null {
  if (from === null) return null;
  if (installed.held.has(`${from.name}:${from.architecture}`)) return `held back on this machine: ${name}`;
  return compareIn('rpm', version, from.version) === 1 ? null : `it would downgrade ${name} to ${version}`;
}

function toOperation(offer: RpmOffer, from: string | null): Operation | null {
  if (offer.sha256 === null) return null;
  return {
    ecosystem: 'rpm',
    package: offer.name,
    architecture: offer.architecture,
    from,
    to: offer.version,
    sha256: offer.sha256,
    size: offer.size,
    origin: hostLine(offer.repository, 300),
  };
}

/** A downgrade to what is installed now, if every one of those files can still be had and proven. */
function wayBack(forward: readonly Operation[], offers: readonly RpmOffer[]) {
  const operations: Operation[] = [];
  const missing: string[] = [];
  for (const { package: name, architecture, from, to } of forward) {
    if (from === null) continue;
    const offer = offers.find(
      (each) => each.name === name && each.architecture === architecture && each.version === from,
    );
    const operation = offer === undefined ? null : toOperation(offer, to);
    if (operation === null) missing.push(`${name} ${from}`);
    else operations.push(operation);
  }
  if (missing.length === 0 && operations.length > 0) return { class: 'downgrade' as const, operations, reason: null };
  const words =
    missing.length > 0
      ? `no repository offers ${missing.join(', ')} any more`
      : 'everything in this plan is newly installed';
  return { class: 'none' as const, operations: [], reason: hostLine(words, 500) };
}
