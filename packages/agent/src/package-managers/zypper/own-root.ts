import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CommandResult, runCommand } from '../../platform/run-command.ts';

/** What of the host zypper reads through a root of the agent's own; none of it could be written there. */
const LINKED = ['/usr/lib/sysimage/rpm', '/var/lib/rpm', '/etc/products.d'];
const SETTINGS = '/etc/zypp';

export function zypperFolders(folder: string): { root: string; cache: string; raw: string } {
  const own = join(folder, 'zypper');
  return { root: join(own, 'root'), cache: join(own, 'cache'), raw: join(own, 'cache/raw') };
}

/**
 * zypper refreshes and tries for root alone, unless it works in another root folder. This one is the agent's, and its rpm
 * database and settings are links to the host's, but for the locks: what is held back is listed, and says so.
 */
function prepareRoot(root: string): void {
  const settings = existsSync(SETTINGS) ? readdirSync(SETTINGS).filter((name) => name !== 'locks') : [];
  for (const path of [...LINKED, ...settings.map((name) => join(SETTINGS, name))]) {
    const link = join(root, path);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(path)) continue;
    try {
      if (readlinkSync(link) === path) continue;
    } catch {
      rmSync(link, { recursive: true, force: true });
    }
    symlinkSync(path, link);
  }
}

/** zypper refuses to run twice in one root, so its runs wait for each other. */
let last: Promise<unknown> = Promise.resolve();

/** Runs zypper in that root with XML as its answer. `more` are options that come before the command. */
export function runZypper(
  folder: string,
  command: readonly string[],
  more: readonly string[] = [],
): Promise<CommandResult> {
  const { root, cache } = zypperFolders(folder);
  prepareRoot(root);
  const places = ['--root', root, '--reposd-dir', '/etc/zypp/repos.d', '--cache-dir', cache];
  const run = () =>
    runCommand('zypper', ['--non-interactive', '-x', ...places, ...more, ...command], {
      timeout_seconds: command[0] === 'download' ? 3600 : 300,
      env: { HOME: folder },
    });
  const result = last.then(run);
  last = result;
  return result;
}
