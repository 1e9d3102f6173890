import { asRecord, recordsOf, textOf } from '../../advisories/read-fields.ts';
import type { Locked, LockFile } from './lock-file.ts';

/** Cargo's lock file (https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html). */
export const cargoLock: LockFile = {
  title: 'Cargo.lock',
  ecosystem: 'crates.io',
  names: /^Cargo\.lock$/,
  read(document) {
    const lock = document.form === 'toml' ? asRecord(document.value) : null;
    if (lock === null || 'requires-python' in lock || !Array.isArray(lock['package'])) return null;
    // Poetry's and PDM's have the same list, and say beside it what made them.
    const metadata = Object.keys(asRecord(lock['metadata']) ?? {});
    if (metadata.some((key) => !key.startsWith('checksum '))) return null;
    return recordsOf(lock, 'package').map(
      (entry): Locked => [textOf(entry, 'name') ?? '', textOf(entry, 'version') ?? ''],
    );
  },
};
