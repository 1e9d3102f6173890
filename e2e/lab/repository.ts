import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFixture, type FixtureOptions } from './fixture-package.ts';
import { mustRun, runToEnd } from './run.ts';
import { type ServedFolder, serveFolder } from './serve-folder.ts';

const SUITES = ['stable', 'stable-security'] as const;
type Suite = (typeof SUITES)[number];

export interface PublishOptions extends FixtureOptions {
  /** Publish to stable-security and not to stable. */
  security?: boolean;
  /** `pmhello` when absent. */
  name?: string;
}

/** A signed apt repository of test packages, served over HTTP on this machine's loopback. */
export interface Repository extends ServedFolder {
  /** deb822 text for /etc/apt/sources.list.d, with the key inside. */
  sources: string;
  /** Adds a version and signs the index anew. @returns the .deb's path. */
  publish(version: string, options?: PublishOptions): Promise<string>;
  /** Takes a version away, as repositories do. */
  withdraw(version: string, name?: string): Promise<void>;
  /** Adds paragraphs to the index of stable that stand for no file, so that many packages cost nothing. */
  addToIndex(paragraphs: string): Promise<void>;
}

async function makeKey(home: string): Promise<string> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const gpg = ['--homedir', home, '--batch', '--quiet'];
  await mustRun('gpg', [
    ...gpg,
    '--passphrase',
    '',
    '--quick-gen-key',
    'Fleetmend Tests <tests@example.org>',
    'ed25519',
    'sign',
    'never',
  ]);
  return mustRun('gpg', [...gpg, '--armor', '--export']);
}

async function writeSuite(folder: string, home: string, suite: { name: Suite; more: string }): Promise<void> {
  const { name } = suite;
  const index = join(folder, 'dists', name, 'main/binary-amd64');
  mkdirSync(index, { recursive: true });
  mkdirSync(join(folder, 'pool', name), { recursive: true });
  const packages = await mustRun('apt-ftparchive', ['packages', `pool/${name}`], { cwd: folder });
  writeFileSync(join(index, 'Packages'), `${packages}${suite.more}`);
  const fields = {
    Origin: 'FleetmendTest',
    Label: name === 'stable' ? 'FleetmendTest' : 'FleetmendTest-Security',
    Suite: name,
    Codename: name,
    Version: '1',
    Architectures: 'amd64 arm64',
    Components: 'main',
  };
  const options = Object.entries(fields).flatMap(([key, value]) => ['-o', `APT::FTPArchive::Release::${key}=${value}`]);
  rmSync(join(folder, 'dists', name, 'Release'), { force: true });
  const release = await mustRun('apt-ftparchive', [...options, 'release', `dists/${name}`], { cwd: folder });
  const path = join(folder, 'dists', name, 'Release');
  writeFileSync(path, release);
  await mustRun('gpg', [
    '--homedir',
    home,
    '--batch',
    '--yes',
    '--clearsign',
    '-o',
    join(folder, 'dists', name, 'InRelease'),
    path,
  ]);
}

/** Starts an empty repository with a key of its own. */
export async function createRepository(): Promise<Repository> {
  const work = mkdtempSync(join(tmpdir(), 'fmrepo-'));
  const [folder, home] = [join(work, 'repo'), join(work, 'gpg')];
  const key = await makeKey(home);
  const published: { name: string; version: string; cves: string[] }[] = [];
  let more = '';
  const write = async () => {
    for (const suite of SUITES) await writeSuite(folder, home, { name: suite, more: suite === 'stable' ? more : '' });
    // Signing starts a key agent that would outlive a test that is cut short.
    await runToEnd('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']);
  };
  try {
    await write();
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    throw error;
  }
  const served = await serveFolder(folder);
  const signedBy = key
    .trimEnd()
    .split('\n')
    .map((line) => ` ${line === '' ? '.' : line}`)
    .join('\n');
  return {
    ...served,
    sources: `Types: deb\nURIs: ${served.url}\nSuites: ${SUITES.join(' ')}\nComponents: main\nArchitectures: amd64\nSigned-By:\n${signedBy}\n`,
    async publish(version, { security, name = 'pmhello', ...options } = {}) {
      const history = published.filter((entry) => entry.name === name && entry.version !== version).reverse();
      const path = await buildFixture(
        { name, version, history, ...options },
        join(folder, 'pool', security ? 'stable-security' : 'stable'),
      );
      published.push({ name, version, cves: options.cves ?? [] });
      await write();
      return path;
    },
    async withdraw(version, name = 'pmhello') {
      for (const suite of SUITES) rmSync(join(folder, 'pool', suite, `${name}_${version}_all.deb`), { force: true });
      await write();
    },
    async addToIndex(paragraphs) {
      more += paragraphs;
      await write();
    },
    async close() {
      await served.close();
      rmSync(work, { recursive: true, force: true });
    },
  };
}
