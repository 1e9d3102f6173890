import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from './run.ts';
import { type ServedFolder, serveFolder } from './serve-folder.ts';

export interface PacmanVersion {
  version: string;
  depends?: string[];
  /** How long its script takes after it has written /var/tmp/pmhello-post, so that a test can interrupt it. */
  post_seconds?: number;
}

/** A repository `pm` of one package, pmhello; like a real one it offers the newest version alone. */
export interface PacmanRepository extends ServedFolder {
  publish(version: PacmanVersion): Promise<string>;
}

/** makepkg refuses to run as root. */
const UNPRIVILEGED = ['--reuid=nobody', '--regid=nogroup', '--clear-groups'];

export async function createPacmanRepository(): Promise<PacmanRepository> {
  const work = mkdtempSync(join(tmpdir(), 'fmpac-'));
  const [folder, build] = [join(work, 'repo'), join(work, 'build')];
  mkdirSync(folder);
  mkdirSync(build);
  for (const path of [work, build]) chmodSync(path, 0o777);
  const served = await serveFolder(folder);
  return {
    ...served,
    async publish({ version, depends = [], post_seconds }) {
      const script = post_seconds === undefined ? '' : 'install=pmhello.install\n';
      writeFileSync(
        join(build, 'PKGBUILD'),
        `pkgname=pmhello\npkgver=${version}\npkgrel=1\narch=(any)\npkgdesc=test\nlicense=(MIT)\n${script}depends=(${depends.join(' ')})\npackage(){ install -d "$pkgdir/usr/share/pmhello"; echo $pkgver > "$pkgdir/usr/share/pmhello/version"; }\n`,
      );
      const wait = `touch /var/tmp/pmhello-post; sleep ${post_seconds ?? 0}`;
      writeFileSync(join(build, 'pmhello.install'), `pre_upgrade() {\n${wait}\n}\n`);
      const environment = [`HOME=${build}`, `PKGDEST=${build}`, 'PKGEXT=.pkg.tar.zst'];
      const make = ['makepkg', '-f', '--nodeps', '--skipinteg'];
      await mustRun('setpriv', [...UNPRIVILEGED, 'env', ...environment, ...make], { cwd: build });
      const file = `pmhello-${version}-1-any.pkg.tar.zst`;
      await mustRun('cp', [join(build, file), folder]);
      await mustRun('repo-add', ['-q', join(folder, 'pm.db.tar.gz'), join(folder, file)]);
      return join(folder, file);
    },
    async close() {
      await served.close();
      rmSync(work, { recursive: true, force: true });
    },
  };
}
