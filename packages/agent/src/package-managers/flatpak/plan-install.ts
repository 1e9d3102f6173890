import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import { bundle, pullCommit, runtimeOf, SYSTEM_REPOSITORY, takeInstalled, withOwnRepository } from './bundles.ts';
import { readInstalledRefs, readMasks } from './list-installed.ts';
import { readOffers } from './offers.ts';
import { type Commit, type InstalledRef, isMasked, nameOf } from './parse-output.ts';

type Answer = PlanAnswer['answer'];
type Wanted = PlanRequest['packages'][number];

interface Step {
  now: InstalledRef;
  to: Commit;
}

function impossible(reason: string): Answer {
  return { outcome: 'impossible', reason: hostLine(reason, 2000) };
}

/**
 * One commit of each ref, fetched and packed while it is planned: only then is there a file whose digest can be approved.
 * What else an application may need, its runtime above all, has to be there.
 */
export async function planInstall(folder: string, packages: PlanRequest['packages']): Promise<Answer> {
  if (!existsSync('/usr/bin/ostree'))
    return impossible('the program ostree is needed beside flatpak, and is not there');
  const installed = await readInstalledRefs();
  const masks = await readMasks();
  const steps: Step[] = [];
  for (const wanted of packages) {
    const step = findStep(folder, installed, masks, wanted);
    if (typeof step === 'string') return impossible(step);
    steps.push(step);
  }
  try {
    return await withOwnRepository(folder, () => packSteps(folder, installed, steps));
  } catch (error) {
    return impossible(error instanceof Error ? error.message : String(error));
  }
}

/** What a wish means here, or why it cannot be. */
function findStep(
  folder: string,
  installed: readonly InstalledRef[],
  masks: readonly string[],
  { name, architecture, version }: Wanted,
): Step | string {
  const now = installed.find(({ ref }) => nameOf(ref).name === name && nameOf(ref).architecture === architecture);
  if (now === undefined) return `${name} is not installed`;
  if (isMasked(now.ref, masks)) return `${name} is held back on this machine`;
  const order = compareIn('flatpak', version, now.version);
  if (order === 0) return 'nothing would change: these versions are already installed';
  if (order !== 1) return `${name} ${version} is older than the installed ${now.version}`;
  if (existsSync(join(SYSTEM_REPOSITORY, 'state', `${now.commit}.commitpartial`)))
    return `only parts of ${name} are installed here`;
  const offer = readOffers(folder).find(({ ref, remote }) => ref === now.ref && remote === now.remote);
  const to = offer?.commits.find((commit) => commit.version === version);
  return to === undefined ? `no remote offers ${name} ${version}` : { now, to };
}

async function packSteps(folder: string, installed: readonly InstalledRef[], steps: readonly Step[]): Promise<Answer> {
  const operations: Operation[] = [];
  const back: Operation[] = [];
  for (const { now, to } of steps) {
    await pullCommit(folder, now.remote, now.ref, to.commit);
    const runtime = await runtimeOf(folder, to.commit);
    if (runtime !== null && !installed.some(({ ref }) => ref === `runtime/${runtime}`))
      return impossible(`${nameOf(now.ref).name} ${to.version} needs the runtime ${runtime}, which is not installed`);
    await takeInstalled(folder, now.remote, now.commit);
    const { name, architecture } = nameOf(now.ref);
    const shared = { ecosystem: 'flatpak' as const, package: name, architecture, origin: now.remote };
    const [forward, backward] = [await bundle(folder, now.ref, to.commit), await bundle(folder, now.ref, now.commit)];
    operations.push({ ...shared, from: now.version, to: to.version, ...forward });
    back.push({ ...shared, from: to.version, to: now.version, ...backward });
  }
  return { outcome: 'planned', operations, rollback: { class: 'downgrade', operations: back, reason: null } };
}
