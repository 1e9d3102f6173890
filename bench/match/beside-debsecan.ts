import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { readTrackerPackage } from '@fleetmend/domain/advisories/read-debian-tracker.ts';
import type { Rule } from '@fleetmend/domain/advisories/rule.ts';
import { compileMatches, type SoftwareMatch } from '@fleetmend/domain/findings/match-software.ts';
import type { Installed } from '@fleetmend/domain/inventory/installed.ts';
import { platformsOf } from '@fleetmend/domain/inventory/platforms.ts';
import { readDpkgStatus } from '@fleetmend/domain/inventory/read-dpkg-status.ts';
import { type BenchContext, exactly, type Result, timesLess, told } from '../report.ts';
import { type DebianFleet, debsecanDocument, dpkgStatus, makeDebianFleet, trackerDocument } from './debian-fleet.ts';

const WHOLE = { hosts: 100, common: 700, own: 97, rules: 40_000 };
const SHORT = { hosts: 3, common: 200, own: 20, rules: 2000 };
const RELEASE = 'bookworm';
const DEBSECAN = '/usr/bin/debsecan';
const PEER = 'debsecan';

/** Whether the peer is installed. */
export function hasDebsecan(): boolean {
  return existsSync(DEBSECAN);
}

/** @throws where the peer is not installed, with what to install */
export function debsecanVersion(): string {
  if (!hasDebsecan()) throw new Error('This bench runs beside debsecan: apt-get install debsecan');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholder.
  return spawnSync('dpkg-query', ['-W', '-f', '${Version}', PEER], { encoding: 'utf8' }).stdout;
}

/**
 * The same dpkg status files and the same rules for both. The peer is run as it is, once for each file, with the feed on
 * loopback. Ours, once files and rules are read, holds every rule against every package that any host has and lists each
 * host's findings; that is timed, for all hosts together.
 */
export async function besideDebsecan({ seed, is_short, note }: BenchContext): Promise<Result[]> {
  const size = is_short ? SHORT : WHOLE;
  const packages = size.common + size.own;
  const rules = size.rules.toLocaleString('en');
  const fleet = makeDebianFleet(seed, size);
  note(`${size.hosts} dpkg status files, ${fleet.rules.length} rules (${fleet.origin})`);
  const theirs = await runDebsecan(fleet, note);
  const ours = runOurs(fleet);
  const differing = theirs.findings.filter((found, at) => !isSameSet(found, ours.findings[at] ?? new Set())).length;
  const count = theirs.findings.reduce((sum, found) => sum + found.size, 0);
  return [
    timesLess(
      1000,
      {
        metric: `a host of ${packages} packages against ${rules} rules, once loaded`,
        value: ours.milliseconds / size.hosts,
        unit: 'ms',
      },
      { name: PEER, value: theirs.milliseconds / size.hosts },
    ),
    exactly(0, { metric: 'hosts whose findings differ from those of debsecan', value: differing, unit: '' }),
    told({ metric: 'findings compared', value: count, unit: '' }),
    told({ metric: `loading: the tracker’s document of ${rules} rules`, value: ours.rules_ms, unit: 'ms' }),
    told({ metric: `loading: ${size.hosts} dpkg status files`, value: ours.files_ms, unit: 'ms' }),
    told({ metric: 'loading: versions of both ranked', value: ours.compiled_ms, unit: 'ms' }),
    timesLess(
      1,
      {
        metric: `a host, all loading shared by ${size.hosts} hosts counted in`,
        value: (ours.rules_ms + ours.files_ms + ours.compiled_ms + ours.first_ms) / size.hosts,
        unit: 'ms',
      },
      { name: PEER, value: theirs.milliseconds / size.hosts },
    ),
  ];
}

/** Findings of each host as `CVE package`. */
type Found = Set<string>[];

async function runDebsecan(
  { hosts, rules }: DebianFleet,
  note: BenchContext['note'],
): Promise<{ findings: Found; milliseconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'fleetmend-bench-'));
  const feed = deflateSync(debsecanDocument(rules));
  const server = createServer((_, response) => response.end(feed)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const files = hosts.map((_, at) => join(folder, `status-${at}`));
    for (const [at, file] of files.entries()) await writeFile(file, dpkgStatus(hosts[at] ?? []));
    note('debsecan, one host after the other');
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/release/1/`;
    const findings: Found = [];
    const begun = performance.now();
    for (const file of files) {
      const own = ['--config', '/dev/null', '--whitelist', join(folder, 'none'), '--history', join(folder, 'none')];
      const asked = ['--source', source, '--suite', RELEASE, '--status', file, '--format', 'simple'];
      const { stdout } = await promisify(execFile)(DEBSECAN, [...own, ...asked], { maxBuffer: 2 ** 26 });
      findings.push(new Set(stdout.split('\n').filter((line) => line !== '')));
    }
    return { findings, milliseconds: performance.now() - begun };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ours {
  findings: Found;
  rules_ms: number;
  files_ms: number;
  /** Reading and ranking the versions of both. */
  compiled_ms: number;
  /** The first time in this process; `milliseconds` is the middle of several. */
  first_ms: number;
  milliseconds: number;
}

const RUNS = 11;
const PLATFORMS = new Set(platformsOf({ os: { family: 'debian', release: '12' } }));

function runOurs({ hosts, rules }: DebianFleet): Ours {
  const document = trackerDocument(rules, RELEASE);
  const texts = hosts.map(dpkgStatus);
  const begun = performance.now();
  const read = readTracker(document);
  const ruled = performance.now();
  const { packages, members } = readHosts(texts);
  const filed = performance.now();
  const match = compileMatches(PLATFORMS, read, packages);
  const compiled = performance.now();
  const times: number[] = [];
  let listed: HostFindings[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    listed = listFindings(match, packages, members);
    times.push(performance.now() - start);
  }
  const [first = 0] = times;
  const milliseconds = times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? first;
  const findings = listed.map(
    (own) => new Set(own.flatMap(({ name, vulnerabilities }) => vulnerabilities.map((each) => `${each} ${name}`))),
  );
  return {
    findings,
    rules_ms: ruled - begun,
    files_ms: filed - ruled,
    compiled_ms: compiled - filed,
    first_ms: first,
    milliseconds,
  };
}

function readTracker(document: string): Rule[] {
  const sources = JSON.parse(document) as Record<string, Record<string, unknown>>;
  return Object.entries(sources).flatMap(([source, entries]) =>
    (readTrackerPackage(entries, source) ?? []).flatMap((record) => record.rules),
  );
}

/** The packages of all files, each once, and which of them each file has. */
function readHosts(texts: readonly string[]): { packages: (Installed & { id: number })[]; members: number[][] } {
  const ids = new Map<string, number>();
  const packages: (Installed & { id: number })[] = [];
  const members = texts.map((text) =>
    readDpkgStatus(text).packages.map((each) => {
      const key = `${each.name}\n${each.version}\n${each.architecture}\n${each.source}\n${each.source_version}`;
      const id = ids.get(key) ?? packages.length;
      if (id === packages.length) {
        ids.set(key, id);
        packages.push({ ...each, id });
      }
      return id;
    }),
  );
  return { packages, members };
}

type HostFindings = { name: string; vulnerabilities: string[] }[];

function listFindings(
  match: () => SoftwareMatch<Rule, Installed & { id: number }>[],
  packages: readonly Installed[],
  members: readonly number[][],
): HostFindings[] {
  const said = packages.map(({ name }) => ({ name, vulnerabilities: [] as string[] }));
  for (const { rule, installed } of match()) said[installed.id]?.vulnerabilities.push(...rule.advisory.vulnerabilities);
  return members.map((ids) => ids.flatMap((id) => (said[id]?.vulnerabilities.length ? (said[id] ?? []) : [])));
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}
