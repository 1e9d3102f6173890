import { asRecord, recordsOf, textOf } from '../../advisories/read-fields.ts';
import type { Locked, LockFile } from './lock-file.ts';

/** Composer's lock file, and what it writes into `vendor` (https://getcomposer.org/doc/). */
export const composerLock: LockFile = {
  title: 'composer.lock or installed.json of Composer',
  ecosystem: 'Packagist',
  names: /^(composer\.lock|installed\.json)$/,
  read(document) {
    const lock = document.form === 'json' ? asRecord(document.value) : null;
    const isOwn = ['content-hash', 'hash', 'packages-dev', 'dev-package-names'].some((key) => key in (lock ?? {}));
    if (lock === null || !isOwn || !Array.isArray(lock['packages'])) return null;
    const packages = [...recordsOf(lock, 'packages'), ...recordsOf(lock, 'packages-dev')];
    return packages.map((entry): Locked => [textOf(entry, 'name') ?? '', textOf(entry, 'version') ?? '']);
  },
};
