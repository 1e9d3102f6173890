import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from './run.ts';
import { type ServedFolder, serveFolder } from './serve-folder.ts';

export interface RpmVersion {
  name: string;
  version: string;
  /** What this version's advisory says, if it has one. */
  advisory?: { id: string; type: 'security' | 'enhancement'; severity: string; cves: readonly string[] };
  requires?: string;
  /** How long its script takes after it has written /var/tmp/NAME-post, so that a test can interrupt it. */
  post_seconds?: number;
  module?: string;
}

/** A repository of test rpms with updateinfo, served over HTTP on this machine's loopback. */
export interface RpmRepository extends ServedFolder {
  /** Builds the versions that are not there yet and writes the index anew. */
  publish(versions: readonly RpmVersion[]): Promise<void>;
  /** Takes a version away, as repositories do. */
  withdraw(name: string, version: string): Promise<void>;
}

function spec({ name, version, requires, post_seconds, module }: RpmVersion): string {
  return [
    `Name: ${name}`,
    `Version: ${version}`,
    'Release: 1',
    'Summary: test',
    'License: MIT',
    'BuildArch: noarch',
    ...(requires === undefined ? [] : [`Requires: ${requires}`]),
    ...(module === undefined ? [] : [`ModularityLabel: ${module}`]),
    '%description',
    'test',
    '%install',
    `mkdir -p %{buildroot}/usr/share/${name}`,
    `echo ${version} > %{buildroot}/usr/share/${name}/version`,
    // In rpm's own Lua: there is no shell among the rpm packages of a Debian.
    ...(post_seconds === undefined
      ? []
      : ['%post -p <lua>', `io.open("/var/tmp/${name}-post", "w"):close() posix.sleep(${post_seconds})`]),
    '%files',
    `/usr/share/${name}/version`,
    '',
  ].join('\n');
}

function updateXml({ name, version, advisory }: RpmVersion): string {
  if (advisory === undefined) return '';
  const references = advisory.cves
    .map((id) => `<reference href='https://example.org/${id}' id='${id}' type='cve' title='${id}'/>`)
    .join('');
  const file = `<package name='${name}' version='${version}' release='1' epoch='0' arch='noarch' src='${name}-${version}-1.src.rpm'><filename>${name}-${version}-1.noarch.rpm</filename></package>`;
  return [
    `<update from='tests@example.org' status='stable' type='${advisory.type}' version='1'><id>${advisory.id}</id>`,
    `<title>${advisory.id}</title><severity>${advisory.severity}</severity><issued date='2026-11-01 00:00:00'/>`,
    `<description>d</description><references>${references}</references>`,
    `<pkglist><collection short='t'><name>t</name>${file}</collection></pkglist></update>`,
  ].join('');
}

export async function createRpmRepository(): Promise<RpmRepository> {
  const work = mkdtempSync(join(tmpdir(), 'fmrpm-'));
  const folder = join(work, 'repo');
  mkdirSync(folder);
  const published = new Map<string, RpmVersion>();
  async function index(): Promise<void> {
    await mustRun('createrepo_c', ['-q', '--general-compress-type=gz', folder]);
    const updates = [...published.values()].map(updateXml).join('');
    writeFileSync(join(work, 'updateinfo.xml'), `<?xml version="1.0" encoding="UTF-8"?><updates>${updates}</updates>`);
    await mustRun('modifyrepo_c', [join(work, 'updateinfo.xml'), join(folder, 'repodata')]);
  }
  await index();
  const served = await serveFolder(folder);
  return {
    ...served,
    async publish(versions) {
      for (const version of versions) {
        const path = join(work, `${version.name}.spec`);
        writeFileSync(path, spec(version));
        const defines = ['--define', `_topdir ${join(work, 'build')}`, '--define', `_rpmdir ${join(work, 'rpms')}`];
        await mustRun('rpmbuild', ['-bb', '--quiet', ...defines, path]);
        await mustRun('cp', [join(work, `rpms/noarch/${version.name}-${version.version}-1.noarch.rpm`), folder]);
        published.set(`${version.name}-${version.version}`, version);
      }
      await index();
    },
    async withdraw(name, version) {
      rmSync(join(folder, `${name}-${version}-1.noarch.rpm`));
      published.delete(`${name}-${version}`);
      await index();
    },
    async close() {
      await served.close();
      rmSync(work, { recursive: true, force: true });
    },
  };
}
