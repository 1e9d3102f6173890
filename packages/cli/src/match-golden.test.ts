import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/fleetmend.mjs', import.meta.url));
const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const GOLDEN = join(DATA, 'golden');
const sets = existsSync(GOLDEN) ? readdirSync(GOLDEN) : [];
const SLOW = 60_000;

interface Finding {
  advisory: string;
  package: string;
  installed: string;
  fixed: string | null;
  vulnerabilities: string[];
  state: string;
  rule: string;
}
interface Answer {
  findings: Finding[];
  windows?: {
    closed: number;
    missing_updates: { kb: string; rows: { cve: string; component: string; severity: string; impact: string }[] }[];
  };
}

/** The real program, as a process of its own. */
function match(inventory: string, feeds: string[], ...more: string[]): Answer {
  const given = ['match', '--inventory', inventory, ...feeds.flatMap((feed) => ['--feed', join(DATA, feed)]), '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...given, ...more], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 ** 2,
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

function read(set: string, name: string) {
  const path = join(GOLDEN, set, name);
  const bytes = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  return bytes.toString('utf8');
}

/** The two as sets: what each has and the other lacks is printed, and is none. */
function compare(title: string, found: readonly string[], expected: readonly string[]): void {
  const missing = expected.filter((each) => !found.includes(each));
  const extra = found.filter((each) => !expected.includes(each));
  const sizes = `expected ${new Set(expected).size}, found ${new Set(found).size}`;
  console.info(`${title}: ${sizes}, missing ${missing.length}, extra ${extra.length}`);
  expect({ missing: missing.slice(0, 20), extra: extra.slice(0, 20) }).toEqual({ missing: [], extra: [] });
  expect(expected.length).toBeGreaterThan(0);
}

function line(...values: (string | null)[]): string {
  return values.map((value) => value ?? '-').join(' | ');
}

function of(prefix: string): string[] {
  return sets.filter((set) => set.startsWith(prefix));
}

test.skipIf(sets.length > 0)('the golden sets of ../shared/data are not there: nothing was compared', () => {
  console.warn('../shared/data/golden is not there: no golden set was compared');
});

test.each(of('trivy-'))('%s', { timeout: SLOW }, (set) => {
  const { findings } = match(join(GOLDEN, set, 'inventory.json'), [join('golden', set, 'advisories.json')]);
  const expected: { id: string; package: string; installed: string; fixed: string | null }[] = JSON.parse(
    read(set, 'expected.json'),
  ).findings;
  compare(
    set,
    findings.flatMap((each) => each.vulnerabilities.map((id) => line(id, each.package, each.installed, each.fixed))),
    expected.map((each) => line(each.id, each.package, each.installed, each.fixed)),
  );
});

test.each(of('debian-dsa-'))('%s', { timeout: SLOW }, (set) => {
  const feeds = ['debian/security-tracker-DSA-list.txt.gz', 'debian/security-tracker-DLA-list.txt.gz'];
  const { findings } = match(join(GOLDEN, set, 'inventory.json'), feeds);
  const expected: (Finding & { source: string; cves: string[] })[] = JSON.parse(read(set, 'expected.json')).findings;
  compare(
    set,
    findings.map((each) => line(each.advisory, each.package, each.installed, each.fixed, `${each.vulnerabilities}`)),
    expected.map((each) => line(each.advisory, each.source, each.installed, each.fixed, `${each.cves}`)),
  );
});

test.each(of('debian-pending-'))('%s', { timeout: SLOW }, (set) => {
  const { findings } = match(join(GOLDEN, set, 'inventory.json'), ['debian/debian_security_suites_index.tsv.gz']);
  const expected: (Finding & { available: string })[] = JSON.parse(read(set, 'expected.json')).findings;
  compare(
    set,
    findings.map((each) => line(each.package, each.installed, each.fixed)),
    expected.map((each) => line(each.package, each.installed, each.available)),
  );
});

test.each(of('almalinux-osv-'))('%s, aware of modules and not', { timeout: SLOW }, (set) => {
  const { findings } = match(join(GOLDEN, set, 'inventory.json'), ['advisories/almalinux_osv.ndjson.gz'], '--all');
  const expected: (Finding & { fixed_is_modular: boolean; installed_is_modular: boolean })[] = JSON.parse(
    read(set, 'expected.json'),
  ).findings;
  const text = (each: Finding) => line(each.advisory, each.package, each.installed, each.fixed);
  const open = findings.filter(({ state }) => state === 'affected');
  const isAlike = (each: (typeof expected)[number]) => each.fixed_is_modular === each.installed_is_modular;
  compare(`${set}, aware of modules`, open.map(text), expected.filter(isAlike).map(text));
  const modules = findings.filter(({ rule }) => rule === 'module');
  compare(`${set}, plain`, [...open, ...modules].map(text), expected.map(text));
});

test.skipIf(!sets.includes('osv-api-answers'))(
  'osv-api-answers (skipped when it is not there)',
  { timeout: SLOW },
  () => {
    const feeds = ['pypi_osv', 'go_osv', 'rustsec_native'].map((name) => `advisories/${name}.ndjson.gz`);
    const { findings } = match(join(GOLDEN, 'osv-api-answers', 'answers.ndjson.gz'), feeds);
    const answers: { name: string; version: string; ids: string[]; ids_in_our_db: string[] }[] = read(
      'osv-api-answers',
      'answers.ndjson',
    )
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each));
    const expected = answers.flatMap((each) => each.ids_in_our_db.map((id) => line(each.name, each.version, id)));
    const found = findings.map((each) => line(each.package, each.installed, each.advisory));
    const known = new Set(answers.flatMap((each) => each.ids.map((id) => line(each.name, each.version, id))));
    const later = found.filter((each) => !known.has(each));
    console.info(`osv-api-answers: ${later.length} more than the service said then: ${later.slice(0, 3).join('; ')} …`);
    // The rule asks for at least these. What is more names fixes in Go 1.25.13 and 1.26.6, which were not out when the
    // answers were recorded.
    const asked = found.filter((each) => !later.includes(each));
    compare('osv-api-answers', asked, expected);
  },
);

test.each(
  of('windows-wes-').flatMap((set) => [
    [set, 'inventory.json'],
    [set, 'systeminfo'],
  ]),
)('%s from %s', { timeout: SLOW }, (set, form) => {
  const { product, systeminfo_file } = JSON.parse(read(set, 'inventory.json'));
  const text = join(DATA, systeminfo_file.replace(/^data\//, ''));
  const feeds = ['windows/msrc_cve_kb_20260628.csv.gz', 'windows/windows_servicepacks_custom.csv.gz'];
  const { findings, windows } = match(form === 'systeminfo' ? text : join(GOLDEN, set, 'inventory.json'), feeds);
  const expected: {
    open_cves_full: string[];
    closed_cves_full_count: number;
    missing_kbs: string[];
    findings: { cve: string; kb: string; component: string; severity: string; impact: string }[];
  } = JSON.parse(read(set, 'expected.json'));
  compare(
    `${set}, open`,
    findings.map(({ advisory }) => advisory),
    expected.open_cves_full,
  );
  expect([...new Set(findings.map((each) => each.package))]).toEqual([product]);
  expect(windows?.closed).toBe(expected.closed_cves_full_count);
  const missing = windows?.missing_updates ?? [];
  compare(
    `${set}, updates`,
    missing.map(({ kb }) => kb).filter((kb) => kb !== ''),
    expected.missing_kbs,
  );
  compare(
    `${set}, rows`,
    missing.flatMap(({ kb, rows }) => rows.map((row) => line(row.cve, kb, row.component, row.severity, row.impact))),
    expected.findings.map((row) => line(row.cve, row.kb, row.component, row.severity, row.impact)),
  );
});
