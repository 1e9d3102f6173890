import { asRecord, recordsOf, textOf } from '../../advisories/read-fields.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import type { Locked, LockFile } from './lock-file.ts';

/** pipenv's lock file: exact versions by name (https://pipenv.pypa.io/). */
export const pipfileLock: LockFile = {
  title: 'Pipfile.lock',
  ecosystem: 'PyPI',
  names: /^Pipfile\.lock$/,
  read(document) {
    const lock = document.form === 'json' ? asRecord(document.value) : null;
    if (lock === null || asRecord(lock['_meta']) === null) return null;
    return Object.entries({ ...asRecord(lock['develop']), ...asRecord(lock['default']) }).map(
      ([name, entry]): Locked => [name, (textOf(asRecord(entry), 'version') ?? '').replace(/^===?/, '')],
    );
  },
};

/** Poetry's and PDM's lock files; both name in `[metadata]` what they were made with. */
export const poetryLock: LockFile = {
  title: 'poetry.lock or pdm.lock',
  ecosystem: 'PyPI',
  names: /^(poetry|pdm)\.lock$/,
  read(document) {
    const lock = tomlOf(document);
    const metadata = asRecord(lock?.['metadata']);
    const isOwn = ['python-versions', 'lock-version', 'lock_version', 'content-hash'].some(
      (key) => key in (metadata ?? {}),
    );
    return isOwn ? packagesOf(lock, 'package') : null;
  },
};

/** uv's lock file; the project itself is in it, as something to edit or without a version. */
export const uvLock: LockFile = {
  title: 'uv.lock',
  ecosystem: 'PyPI',
  names: /^uv\.lock$/,
  read(document) {
    const lock = tomlOf(document);
    return lock !== null && 'requires-python' in lock ? packagesOf(lock, 'package') : null;
  },
};

/** The common lock file of Python (https://peps.python.org/pep-0751/). */
export const pylock: LockFile = {
  title: 'pylock.toml',
  ecosystem: 'PyPI',
  names: /^pylock(\.[^.]+)?\.toml$/,
  read(document) {
    const lock = tomlOf(document);
    return lock !== null && 'lock-version' in lock ? packagesOf(lock, 'packages') : null;
  },
};

/** `name==1.0.0`; what names no exact version (`>=`, an address) says nothing of what is installed. */
export const requirements: LockFile = {
  title: 'requirements.txt',
  ecosystem: 'PyPI',
  names: /^requirements([._-].*)?\.txt$|^constraints.*\.txt$/,
  read(document) {
    if (document.form !== 'text') return null;
    const lines = document.text
      .replace(/\\\r?\n/g, ' ')
      .split(/\r?\n/)
      .map((line) => line.replace(/(^|\s)#.*$/, '').trim());
    const found = lines.flatMap((line): Locked[] => {
      const [, name, version] = REQUIREMENT.exec(line) ?? [];
      return name === undefined || version === undefined ? [] : [[name, version]];
    });
    return found.length > 0 ? found : null;
  },
};

/** A name, extras, one exact version without a `*`, and then a marker, an option or nothing (https://peps.python.org/pep-0508/). */
const REQUIREMENT =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?===?\s*([^\s;,*]+)(?=\s*$|\s*;|\s+--)/;

function tomlOf(document: ParsedDocument): Record<string, unknown> | null {
  return document.form === 'toml' ? asRecord(document.value) : null;
}

function packagesOf(lock: Record<string, unknown> | null, member: string): Locked[] {
  return recordsOf(lock, member).map((entry): Locked => [textOf(entry, 'name') ?? '', textOf(entry, 'version') ?? '']);
}
