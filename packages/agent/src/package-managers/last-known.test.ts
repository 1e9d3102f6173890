import { expect, test } from 'vitest';
import { joinManagers } from './join-managers.ts';
import { observed } from './observed.ts';
import type { PackageManagerPlugin } from './package-manager.ts';

/** A manager that has one package, until it fails. */
function plugin(ecosystem: PackageManagerPlugin['ecosystem'], state: { fails: boolean }): PackageManagerPlugin {
  const software = {
    ecosystem,
    name: 'a',
    version: '1',
    architecture: 'all',
    source: 'a',
    source_version: '1',
    module: null,
  };
  const orFail = <T>(value: T) =>
    state.fails ? Promise.reject(new Error('the daemon is away')) : Promise.resolve(value);
  const manager = observed({
    id: ecosystem,
    isPresent: () => true,
    listInstalled: () => orFail({ software: [software], unfinished: [], held: new Set<string>() }),
    listUpdates: () => orFail([]),
    marks: [],
  });
  return { ecosystem, manager, changer: null };
}

test('a manager that fails for once stands as it was, and that is said', async () => {
  const [system, store] = [{ fails: false }, { fails: false }];
  const manager = joinManagers([plugin('deb', system), plugin('snap', store)]);
  const before = await manager.listInstalled();
  store.fails = true;
  expect(await manager.listInstalled()).toEqual(before);
  expect(await manager.listUpdates('/no/such/folder', before)).toEqual([]);
  const { error } = manager.readListsStatus('/no/such/folder');
  expect(error).toBe(
    'snap: what is installed failed: the daemon is away · snap: its updates failed: the daemon is away',
  );
  store.fails = false;
  await manager.listInstalled();
  await manager.listUpdates('/no/such/folder', before);
  expect(manager.readListsStatus('/no/such/folder').error).toBeNull();
});

test("while the system's own manager fails, or one that was never read, nothing is known", async () => {
  const [system, store] = [{ fails: true }, { fails: false }];
  await expect(joinManagers([plugin('deb', system), plugin('snap', store)]).listInstalled()).rejects.toThrow('away');
  await expect(joinManagers([plugin('deb', store), plugin('snap', system)]).listInstalled()).rejects.toThrow('away');
});
