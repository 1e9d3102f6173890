import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Operation } from '@fleetmend/domain/changes/change-document.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { keepLastKnown } from './last-known.ts';
import type { Fetched, ListsStatus, PackageManager, PackageManagerPlugin } from './package-manager.ts';

/**
 * The package managers of one host as one: everything is inventoried and offered together, and what is planned or fetched
 * goes to the manager of its ecosystem.
 */
export function joinManagers(plugins: readonly PackageManagerPlugin[]): PackageManager {
  const managers = plugins.map(({ manager }) => manager);
  const lastKnown = keepLastKnown();
  const statusOf = (each: readonly ListsStatus[]) => joinStatus(each, lastKnown.failures());
  return {
    id: managers.map(({ id }) => id).join('+'),
    isPresent: () => Promise.resolve(managers.length > 0),
    async listInstalled() {
      const list = (plugin: PackageManagerPlugin) =>
        lastKnown.orBefore(plugin, 'what is installed', plugin.manager.listInstalled);
      const each = await Promise.all(plugins.map(list));
      return {
        software: each.flatMap(({ software }) => software),
        unfinished: each.flatMap(({ unfinished }) => unfinished),
        held: new Set(each.flatMap(({ held }) => [...held])),
      };
    },
    async refreshLists(folder) {
      const each: ListsStatus[] = [];
      for (const plugin of plugins) {
        const { manager } = plugin;
        const before = manager.readListsStatus(folder);
        each.push(await lastKnown.orBefore(plugin, 'its lists', () => manager.refreshLists(folder), before));
      }
      return statusOf(each);
    },
    readListsStatus: (folder) => statusOf(managers.map((manager) => manager.readListsStatus(folder))),
    async listUpdates(folder, installed) {
      const each = plugins.map((plugin) => {
        const software = installed.software.filter(({ ecosystem }) => ecosystem === plugin.ecosystem);
        const list = () => plugin.manager.listUpdates(folder, { ...installed, software });
        return lastKnown.orBefore(plugin, 'its updates', list, []);
      });
      return (await Promise.all(each)).flat();
    },
    async readChangelogs(folder, updates) {
      let isLearnt = false;
      for (const { ecosystem, manager } of plugins) {
        const own = updates.filter((update) => update.ecosystem === ecosystem);
        if (await manager.readChangelogs(folder, own)) isLearnt = true;
      }
      return isLearnt;
    },
    plan: (folder, packages) => planTogether(plugins, folder, packages),
    fetchFiles: (folder, operations) => fetchTogether(plugins, folder, operations),
    changeMark: (folder) => managers.map((manager) => manager.changeMark(folder)).join(' '),
  };
}

/** As old as the oldest: what one manager has not fetched is not fresh because another's is. */
function joinStatus(each: readonly ListsStatus[], failures: readonly string[]): ListsStatus {
  const errors = [...each.flatMap(({ error }) => error ?? []), ...failures];
  const [oldest = null] = each.map(({ refreshed_at }) => refreshed_at ?? '').sort();
  return { refreshed_at: oldest || null, error: errors.length === 0 ? null : hostLine(errors.join(' · '), 2000) };
}

/** Groups what goes to each manager; `stray` is the first that no manager of this host takes. */
function byPlugin<T extends { ecosystem: string }>(plugins: readonly PackageManagerPlugin[], items: readonly T[]) {
  const groups = plugins
    .map((plugin) => ({ plugin, own: items.filter(({ ecosystem }) => ecosystem === plugin.ecosystem) }))
    .filter(({ own }) => own.length > 0);
  const stray = items.find((item) => !plugins.some(({ ecosystem }) => ecosystem === item.ecosystem));
  return { groups, stray };
}

async function planTogether(
  plugins: readonly PackageManagerPlugin[],
  folder: string,
  packages: PlanRequest['packages'],
): Promise<PlanAnswer['answer']> {
  const { groups, stray } = byPlugin(plugins, packages);
  const impossible = (reason: string) => ({ outcome: 'impossible' as const, reason: hostLine(reason, 2000) });
  if (stray !== undefined) return impossible(`no package manager of this machine installs ${stray.ecosystem} packages`);
  const operations: Operation[] = [];
  const back: Operation[] = [];
  const obstacles: string[] = [];
  for (const { plugin, own } of groups) {
    if (plugin.changer === null)
      return impossible(`${plugin.manager.id} is only observed: nothing it offers can be pinned before it is approved`);
    const answer = await plugin.manager.plan(folder, own);
    if (answer.outcome === 'impossible') return answer;
    operations.push(...answer.operations);
    back.push(...answer.rollback.operations);
    if (answer.rollback.class === 'none') obstacles.push(answer.rollback.reason ?? `${plugin.manager.id} has none`);
  }
  // Half a way back would leave the machine in a state that nobody has ever seen.
  const rollback =
    obstacles.length === 0
      ? { class: 'downgrade' as const, operations: back, reason: null }
      : { class: 'none' as const, operations: [], reason: hostLine(obstacles.join('; '), 500) };
  return { outcome: 'planned', operations, rollback };
}

async function fetchTogether(
  plugins: readonly PackageManagerPlugin[],
  folder: string,
  operations: readonly Operation[],
): Promise<Fetched> {
  const { groups, stray } = byPlugin(plugins, operations);
  const files: Fetched['files'] = new Map();
  let error: Fetched['error'] =
    stray === undefined
      ? null
      : { code: 'download-failed', detail: `no package manager of this machine has ${stray.package}` };
  for (const { plugin, own } of groups) {
    const fetched = await plugin.manager.fetchFiles(folder, own);
    for (const [digest, path] of fetched.files) files.set(digest, path);
    error ??= fetched.error;
  }
  return { files, error };
}
