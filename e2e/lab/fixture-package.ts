import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mustRun } from './run.ts';

export interface FixtureOptions {
  /** CVE ids the changelog entry of this version names. */
  cves?: string[];
  /** The service of this version fails as soon as it starts. */
  is_broken?: boolean;
  /** Maintainer script fails: the package stays half-configured. */
  postinst_fails?: boolean;
  /** How long the maintainer script takes, so that a test can interrupt it. */
  postinst_seconds?: number;
  needs_reboot?: boolean;
  /** Other packages this version newly depends on. */
  depends?: string[];
  /** Packages this version cannot be installed beside. */
  conflicts?: string[];
  /** Anything, to make two files of one version differ. */
  salt?: string;
}

export interface FixtureVersion extends FixtureOptions {
  name: string;
  version: string;
  /** Versions published before, newest first, with their CVE ids: the older entries of the changelog. */
  history: { version: string; cves: string[] }[];
}

function changelog(fixture: FixtureVersion): string {
  return [{ version: fixture.version, cves: fixture.cves ?? [] }, ...fixture.history]
    .map(({ version, cves }) =>
      [
        `${fixture.name} (${version}) stable; urgency=medium`,
        '',
        ...(cves.length === 0 ? ['  * New version.'] : cves.map((id) => `  * Fix ${id}.`)),
        '',
        ' -- Fleetmend Tests <tests@example.org>  Mon, 02 Nov 2026 10:00:00 +0000',
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** The script proves, line by line, how often each version was configured. */
function postinst(fixture: FixtureVersion): string {
  return [
    '#!/bin/sh',
    'set -e',
    '[ "$1" = configure ] || exit 0',
    `mkdir -p /var/lib/${fixture.name}`,
    ...(fixture.postinst_seconds
      ? [`echo "working for ${fixture.postinst_seconds} s"`, `sleep ${fixture.postinst_seconds}`]
      : []),
    `echo ${fixture.version} >> /var/lib/${fixture.name}/runs`,
    ...(fixture.needs_reboot
      ? [`echo ${fixture.name} >> /run/reboot-required.pkgs`, 'echo "System restart required" > /run/reboot-required']
      : []),
    "printf '\\033[32mconfigured\\033[0m\\n'",
    ...(fixture.postinst_fails ? ['echo "nothing works" >&2', 'exit 1'] : []),
    'if [ -d /run/systemd/system ]; then',
    '  systemctl daemon-reload',
    `  systemctl enable --quiet ${fixture.name}.service`,
    `  systemctl restart ${fixture.name}.service || true`,
    'fi',
    '',
  ].join('\n');
}

const unit = (fixture: FixtureVersion) => `[Unit]
Description=Fleetmend test service ${fixture.version}

[Service]
ExecStart=${fixture.is_broken ? '/bin/false' : '/bin/sleep infinity'}

[Install]
WantedBy=multi-user.target
`;

/** Builds one version of a test package as a real .deb into `folder`. @returns its path. */
export async function buildFixture(fixture: FixtureVersion, folder: string): Promise<string> {
  const tree = mkdtempSync(join(tmpdir(), 'fleetmend-deb-'));
  const doc = join(tree, 'usr/share/doc', fixture.name);
  for (const path of [join(tree, 'DEBIAN'), join(tree, 'lib/systemd/system'), doc])
    mkdirSync(path, { recursive: true, mode: 0o755 });
  chmodSync(tree, 0o755);
  const conflicts = fixture.conflicts?.length ? [`Conflicts: ${fixture.conflicts.join(', ')}`] : [];
  const depends = fixture.depends?.length ? [`Depends: ${fixture.depends.join(', ')}`] : [];
  const control = [
    `Package: ${fixture.name}`,
    `Version: ${fixture.version}`,
    'Architecture: all',
    'Maintainer: Fleetmend Tests <tests@example.org>',
    'Section: misc',
    'Priority: optional',
    'Installed-Size: 16',
    ...depends,
    ...conflicts,
    `Description: test package ${fixture.salt ?? ''}`,
    '',
  ];
  writeFileSync(join(tree, 'DEBIAN/control'), control.join('\n'));
  writeFileSync(join(tree, 'DEBIAN/postinst'), postinst(fixture), { mode: 0o755 });
  writeFileSync(join(tree, `lib/systemd/system/${fixture.name}.service`), unit(fixture));
  writeFileSync(join(doc, 'changelog.Debian.gz'), gzipSync(changelog(fixture)));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${fixture.name}_${fixture.version}_all.deb`);
  await mustRun('dpkg-deb', ['--root-owner-group', '-Zgzip', '-b', tree, path]);
  rmSync(tree, { recursive: true, force: true });
  return path;
}
