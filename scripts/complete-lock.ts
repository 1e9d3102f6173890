import { readFileSync, writeFileSync } from 'node:fs';

/**
 * `npm ci` refuses a lock file that has no entry for a binary of another platform, and npm writes none when the registry
 * it asked does not carry that binary. This adds the missing entries (name, exact version, platform; no digest is known)
 * and is run after a dependency changes: `node scripts/run.mjs scripts/complete-lock.ts`.
 */
interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
}
type Packages = Record<string, LockEntry & Record<string, unknown>>;

const PLATFORM =
  /(android|darwin|freebsd|openharmony|win32|linux)-(arm64|x64|arm|ia32|riscv64|s390x|ppc64)(?:-(gnu|musl))?/;

/** Optional packages that some entry names and the lock file does not have: `[entry, package, version]`. */
export function missingOptional(packages: Packages): [string, string, string][] {
  return Object.entries(packages).flatMap(([from, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(
        ([name]) =>
          packages[`node_modules/${name}`] === undefined && packages[`${from}/node_modules/${name}`] === undefined,
      )
      .map(([name, version]): [string, string, string] => [from, name, version]),
  );
}

/** The same packages with an entry for each missing one. @throws for a package whose name does not tell its platform. */
export function completed(packages: Packages): Packages {
  const all = { ...packages };
  for (const [from, name, version] of missingOptional(packages)) {
    const [, os, cpu, libc] = PLATFORM.exec(name) ?? [];
    if (os === undefined || cpu === undefined)
      throw new Error(`${name} does not tell its platform; add its entry by hand.`);
    all[`node_modules/${name}`] = {
      version,
      ...(packages[from]?.dev === true ? { dev: true } : {}),
      cpu: [cpu],
      ...(libc === undefined ? {} : { libc: [libc === 'gnu' ? 'glibc' : 'musl'] }),
      optional: true,
      os: [os],
    };
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  console.log(
    missingOptional(lock.packages)
      .map(([, name]) => `added ${name}`)
      .join('\n') || 'Nothing is missing.',
  );
  lock.packages = completed(lock.packages);
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
}
