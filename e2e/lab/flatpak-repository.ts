import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from './run.ts';
import { type ServedFolder, serveFolder } from './serve-folder.ts';

/** A remote of one application, org.pm.Hello, on one runtime; each commit and its summary are signed. */
export interface FlatpakRepository extends ServedFolder {
  /** The public key its commits are signed with, as a file. */
  key: string;
  /** Adds a version as the newest commit, of this time. @returns the commit. */
  publish(version: FlatpakVersion): Promise<string>;
}

export interface FlatpakVersion {
  version: string;
  /** `2026-11-01T10:00:00Z`. */
  at: string;
  runtime?: string;
  /** Signed by a key nobody trusts. */
  is_forged?: boolean;
}

const FIRST_RUNTIME = 'org.pm.Platform/x86_64/1';

/** Makes a key in a folder of its own. @returns the arguments that sign with it. */
async function makeKey(home: string): Promise<string[]> {
  mkdirSync(home, { mode: 0o700 });
  const gpg = ['--homedir', home, '--batch', '--quiet'];
  await mustRun('gpg', [...gpg, '--passphrase', '', '--quick-gen-key', 'PM Test <t@example.org>', 'ed25519', 'sign']);
  const listed = await mustRun('gpg', [...gpg, '--list-keys', '--with-colons']);
  return [`--gpg-sign=${/^fpr:+([0-9A-F]+):/m.exec(listed)?.[1] ?? ''}`, `--gpg-homedir=${home}`];
}

export async function createFlatpakRepository(): Promise<FlatpakRepository> {
  const work = mkdtempSync(join(tmpdir(), 'fmflatpak-'));
  const folder = join(work, 'repo');
  const [home, strangeHome, key] = [join(work, 'gpg'), join(work, 'strange'), join(work, 'key.gpg')];
  const [own, strange] = [await makeKey(home), await makeKey(strangeHome)];
  await mustRun('gpg', ['--homedir', home, '--batch', '--yes', '--output', key, '--export']);
  const exportBuild = async (
    name: string,
    metadata: string,
    { sign, branch, at }: Record<string, string | string[]>,
  ) => {
    const build = join(work, name);
    for (const part of ['files', 'usr', 'export']) mkdirSync(join(build, part), { recursive: true });
    writeFileSync(join(build, 'metadata'), metadata);
    const kind = name === 'runtime' ? ['--runtime'] : [];
    const args = ['build-export', ...(sign ?? []), ...kind, `--timestamp=${at}`, folder, build, String(branch)];
    await mustRun('flatpak', args);
  };
  const about = (runtime: string) => `runtime=${runtime}\nsdk=${runtime}\n`;
  const metadata = `[Runtime]\nname=org.pm.Platform\n${about(FIRST_RUNTIME)}`;
  await exportBuild('runtime', metadata, { sign: own, branch: '1', at: '2026-10-01T00:00:00Z' });
  const served = await serveFolder(folder);
  return {
    ...served,
    key,
    async publish({ version, at, runtime = FIRST_RUNTIME, is_forged }) {
      mkdirSync(join(work, 'app/files'), { recursive: true });
      writeFileSync(join(work, 'app/files/version'), version);
      const text = `[Application]\nname=org.pm.Hello\n${about(runtime)}`;
      await exportBuild('app', text, { sign: is_forged ? strange : own, branch: 'stable', at });
      await mustRun('flatpak', ['build-update-repo', ...own, folder]);
      return (await mustRun('ostree', [`--repo=${folder}`, 'rev-parse', 'app/org.pm.Hello/x86_64/stable'])).trim();
    },
    async close() {
      await served.close();
      for (const each of [home, strangeHome]) await mustRun('gpgconf', ['--homedir', each, '--kill', 'all']);
      rmSync(work, { recursive: true, force: true });
    },
  };
}
