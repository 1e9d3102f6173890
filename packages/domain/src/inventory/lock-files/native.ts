import { asRecord, listOf, recordsOf, textOf, textsOf } from '../../advisories/read-fields.ts';
import type { Locked, LockFile } from './lock-file.ts';

/** Conan's lock files: a graph of nodes, or lists of `name/version#revision` (https://docs.conan.io/). */
export const conanLock: LockFile = {
  title: 'conan.lock',
  ecosystem: 'ConanCenter',
  names: /^conan\.lock$/,
  read(document) {
    const lock = document.form === 'json' ? asRecord(document.value) : null;
    const nodes = asRecord(asRecord(lock?.['graph_lock'])?.['nodes']);
    if (nodes !== null) return Object.values(nodes).map((node) => conanReference(textOf(asRecord(node), 'ref') ?? ''));
    if (lock === null || !Array.isArray(lock['requires']) || !Array.isArray(lock['build_requires'])) return null;
    return textsOf(lock, 'requires').map(conanReference);
  },
};

function conanReference(reference: string): Locked {
  const [, name = '', version = ''] = /^([^/@#]+)\/([^@#%]+)/.exec(reference) ?? [];
  return [name, version];
}

/** Swift's pins; the package is named by where it comes from. */
export const packageResolved: LockFile = {
  title: 'Package.resolved of Swift',
  ecosystem: 'SwiftURL',
  names: /^Package\.resolved$/,
  read(document) {
    const lock = document.form === 'json' ? asRecord(document.value) : null;
    const holder = asRecord(lock?.['object']) ?? lock;
    if (holder === null || !Array.isArray(holder['pins'])) return null;
    return recordsOf(holder, 'pins').map((pin): Locked => {
      const location = textOf(pin, 'repositoryURL') ?? textOf(pin, 'location') ?? '';
      return [location.replace(/^(https?|ssh):\/\/|\.git$/g, ''), textOf(asRecord(pin['state']), 'version') ?? ''];
    });
  },
};

/** CocoaPods' lock file: `name (1.0.0)`, with what it needs below it. */
export const podfileLock: LockFile = {
  title: 'Podfile.lock',
  ecosystem: 'cocoapods',
  names: /^Podfile\.lock$/,
  read(document) {
    const lock = document.form === 'yaml' ? asRecord(document.value) : null;
    if (lock === null || !Array.isArray(lock['PODS'])) return null;
    return listOf(lock, 'PODS').flatMap((pod): Locked[] => {
      const text = typeof pod === 'string' ? pod : (Object.keys(asRecord(pod) ?? {})[0] ?? '');
      const [, name, version] = /^(\S+) \(([^)]+)\)$/.exec(text) ?? [];
      return name === undefined || version === undefined ? [] : [[name, version]];
    });
  },
};
