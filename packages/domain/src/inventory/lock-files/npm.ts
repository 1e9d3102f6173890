import { asRecord, textOf } from '../../advisories/read-fields.ts';
import type { Locked, LockFile } from './lock-file.ts';

/** npm's `package-lock.json` and `npm-shrinkwrap.json` (https://docs.npmjs.com/cli/configuring-npm/package-lock-json). */
export const packageLock: LockFile = {
  title: 'package-lock.json of npm',
  ecosystem: 'npm',
  names: /^(package-lock|npm-shrinkwrap)\.json$/,
  read(document) {
    const lock = document.form === 'json' ? asRecord(document.value) : null;
    if (lock === null || typeof lock['lockfileVersion'] !== 'number') return null;
    const packages = asRecord(lock['packages']);
    const dependencies = asRecord(lock['dependencies']);
    // A lock of bun has the same two members, and lists where npm has objects.
    if (packages !== null) return Object.values(packages).some(Array.isArray) ? null : installedPaths(packages);
    return dependencies === null ? null : nestedDependencies(dependencies);
  },
};

/** Versions 2 and 3: packages by the path they lie in. The project itself and links to its own folders are none. */
function installedPaths(packages: Record<string, unknown>): Locked[] {
  return Object.entries(packages).flatMap(([path, value]): Locked[] => {
    const entry = asRecord(value);
    const at = path.lastIndexOf('node_modules/');
    if (entry === null || at === -1 || entry['link'] === true) return [];
    return [[textOf(entry, 'name') ?? path.slice(at + 'node_modules/'.length), textOf(entry, 'version') ?? '']];
  });
}

/** Version 1: dependencies within dependencies. */
function nestedDependencies(root: Record<string, unknown>): Locked[] {
  const found: Locked[] = [];
  const waiting = [root];
  for (const dependencies of waiting) {
    for (const [name, value] of Object.entries(dependencies)) {
      const entry = asRecord(value);
      found.push(aliased(name, textOf(entry, 'version') ?? ''));
      const nested = asRecord(entry?.['dependencies']);
      if (nested !== null) waiting.push(nested);
    }
  }
  return found;
}

/** `npm:other@1.0.0` stands for a package under another name; an address or a folder is no version. */
function aliased(name: string, version: string): Locked {
  const [, other, own] = /^npm:(.+)@([^@]+)$/.exec(version) ?? [];
  if (other !== undefined && own !== undefined) return [other, own];
  return /^[0-9]/.test(version) ? [name, version] : [name, ''];
}

/** Yarn's own format up to version 1 (https://classic.yarnpkg.com/lang/en/docs/yarn-lock/). */
export const yarnClassic: LockFile = {
  title: 'yarn.lock',
  ecosystem: 'npm',
  names: /^yarn\.lock$/,
  read(document) {
    if (document.form !== 'text' || !/^# yarn lockfile v1$/m.test(document.text)) return null;
    const found: Locked[] = [];
    let name = '';
    for (const line of document.text.split(/\r?\n/)) {
      const head = /^"?((?:@[^/@\s]+\/)?[^@\s"]+)@(?:npm:((?:@[^/@]+\/)?[^@]+)@)?.*:$/.exec(line);
      if (head !== null) name = head[2] ?? head[1] ?? '';
      const version = /^ {2}version "([^"]+)"$/.exec(line)?.[1];
      if (version !== undefined) found.push([name, version]);
    }
    return found;
  },
};

/** Yarn since version 2: YAML whose entries say how they resolve (https://yarnpkg.com/). */
export const yarnBerry: LockFile = {
  title: 'yarn.lock of Yarn 2 and later',
  ecosystem: 'npm',
  names: /^yarn\.lock$/,
  read(document) {
    const lock = document.form === 'yaml' ? asRecord(document.value) : null;
    if (lock === null || asRecord(lock['__metadata']) === null) return null;
    return Object.values(lock).flatMap((value): Locked[] => {
      const entry = asRecord(value);
      const [, name, version] =
        /^((?:@[^/]+\/)?[^@]+)@npm:([^:]+?)(?:::.*)?$/.exec(textOf(entry, 'resolution') ?? '') ?? [];
      return name === undefined || version === undefined ? [] : [[name, version]];
    });
  },
};

/** pnpm's lock file: packages by `/name/1.0.0`, `/name@1.0.0` or `name@1.0.0` as its versions went on. */
export const pnpmLock: LockFile = {
  title: 'pnpm-lock.yaml',
  ecosystem: 'npm',
  names: /^(pnpm-lock|shrinkwrap)\.yaml$/,
  read(document) {
    const lock = document.form === 'yaml' ? asRecord(document.value) : null;
    if (lock === null || !('lockfileVersion' in lock)) return null;
    const packages = { ...asRecord(lock['packages']), ...asRecord(lock['snapshots']) };
    return Object.entries(packages).map(([key, value]): Locked => {
      const entry = asRecord(value);
      const [, name = '', version = ''] = PNPM_KEY.exec(key) ?? [];
      return [textOf(entry, 'name') ?? name, textOf(entry, 'version') ?? version];
    });
  },
};

/** Peers follow the version in brackets or, in old ones, behind a `_`. */
const PNPM_KEY = /^\/?((?:@[^/@]+\/)?[^/@]+)[/@]([0-9][^(_/]*)/;

/** bun's lock file in text: `name: ["name@1.0.0", …]` (https://bun.sh/docs/install/lockfile). */
export const bunLock: LockFile = {
  title: 'bun.lock',
  ecosystem: 'npm',
  names: /^bun\.lock$/,
  read(document) {
    const lock = document.form === 'json' ? asRecord(document.value) : null;
    const packages = asRecord(lock?.['packages']);
    if (packages === null || asRecord(lock?.['workspaces']) === null) return null;
    return Object.values(packages).flatMap((value): Locked[] => {
      const [, name, version] = /^((?:@[^/]+\/)?[^@]+)@([0-9].*)$/.exec(firstText(value)) ?? [];
      return name === undefined || version === undefined ? [] : [[name, version]];
    });
  },
};

function firstText(value: unknown): string {
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : '';
}
