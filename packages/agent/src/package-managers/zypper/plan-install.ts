import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import { planRpms, type Solution } from '../rpm/plan-rpms.ts';
import { readOffers } from '../rpm/read-repodata.ts';
import { listInstalled } from './list-installed.ts';
import { runZypper, zypperFolders } from './own-root.ts';
import { parseSummary, readComplaints } from './parse-output.ts';

/** How zypper is told which package is meant. */
export function zypperName(wanted: { name: string; architecture: string; version: string }): string {
  return `${wanted.name}.${wanted.architecture}=${wanted.version}`;
}

/** The exact plan by zypper's own solver. */
export async function planInstall(folder: string, packages: PlanRequest['packages']): Promise<PlanAnswer['answer']> {
  return planRpms(await listInstalled(), packages, () => solve(folder, packages));
}

async function solve(folder: string, packages: PlanRequest['packages']): Promise<Solution> {
  const command = ['install', '--dry-run', '--no-recommends', '--', ...packages.map(zypperName)];
  const result = await runZypper(folder, command, ['--no-refresh']);
  const text = result.stdout.toString('utf8');
  const summary = parseSummary(text);
  if (summary === null || result.code !== 0)
    return { obstacle: readComplaints(text) || `zypper ended with ${result.code}` };
  const names = new Set(summary.steps.map(({ name }) => name));
  const { offers } = await readOffers(zypperFolders(folder).raw, names);
  const incoming = summary.steps.map((step) =>
    offers.find(
      (offer) => offer.name === step.name && offer.architecture === step.architecture && offer.version === step.to,
    ),
  );
  const unknown = summary.steps.find((_, at) => incoming[at] === undefined);
  if (unknown !== undefined) return { obstacle: `no index names ${unknown.name} ${unknown.to}` };
  return { incoming: incoming.flatMap((offer) => offer ?? []), back: offers, removed: summary.removes };
}
