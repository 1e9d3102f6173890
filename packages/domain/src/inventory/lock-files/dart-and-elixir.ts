import { asRecord, textOf } from '../../advisories/read-fields.ts';
import type { Locked, LockFile } from './lock-file.ts';

/** Dart's lock file (https://dart.dev/tools/pub/glossary#lockfile); what comes with the SDK is none of its packages. */
export const pubspecLock: LockFile = {
  title: 'pubspec.lock',
  ecosystem: 'Pub',
  names: /^pubspec\.lock$/,
  read(document) {
    const lock = document.form === 'yaml' ? asRecord(document.value) : null;
    const packages = asRecord(lock?.['packages']);
    if (packages === null || lock === null || !('sdks' in lock)) return null;
    return Object.entries(packages).map(([name, entry]): Locked => [name, textOf(asRecord(entry), 'version') ?? '']);
  },
};

/** Elixir's lock file: `"name": {:hex, :package, "1.0.0", …}`; what comes from git has no version. */
export const mixLock: LockFile = {
  title: 'mix.lock',
  ecosystem: 'Hex',
  names: /^mix\.lock$/,
  read(document) {
    if (document.form !== 'text' || !/^%\{\s*(\}|")/.test(document.text)) return null;
    return [...document.text.matchAll(/\{:hex, :([\w]+), "([^"]+)"/g)].map(
      ([, name = '', version = '']): Locked => [name, version],
    );
  },
};
