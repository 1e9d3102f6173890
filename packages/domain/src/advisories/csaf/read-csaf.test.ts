import { describe, expect, test } from 'vitest';
import { createMatcher } from '../../findings/match-rules.ts';
import { emptyInventory, installed } from '../../inventory/installed.ts';
import { platformOf } from './csaf-platform.ts';
import { readCsaf } from './read-csaf.ts';

const PLATFORMS = {
  rhel8: ['Red Hat Enterprise Linux AppStream (v. 8)', 'cpe:/a:redhat:enterprise_linux:8::appstream'],
  eus86: ['Red Hat Enterprise Linux AppStream EUS (v. 8.6)', 'cpe:/a:redhat:rhel_eus:8.6::appstream'],
  satellite: ['Red Hat Satellite 6 for RHEL 8', 'cpe:/a:redhat:satellite:6.14::el8'],
  sle: ['SUSE Linux Enterprise Module for Python 3 15 SP5', 'cpe:/o:suse:sle-module-python3:15:sp5'],
} as const;

interface Vulnerability {
  cve?: string;
  product_status: Record<string, string[]>;
  [member: string]: unknown;
}

/** A document whose products are `platform:package`; a package with a purl is told apart by it, else by its name. */
function document(purls: Record<string, string | null>, vulnerabilities: Vulnerability[], more: object = {}) {
  const platforms = Object.entries(PLATFORMS).map(([product_id, [name, cpe]]) => ({
    category: 'product_name',
    name,
    product: { name, product_id, product_identification_helper: { cpe } },
  }));
  const packages = Object.entries(purls).map(([name, purl]) => ({
    category: 'product_version',
    name,
    product: { name, product_id: name, ...(purl === null ? {} : { product_identification_helper: { purl } }) },
  }));
  const relationships = Object.keys(PLATFORMS).flatMap((platform) =>
    Object.keys(purls).map((name) => ({
      category: 'default_component_of',
      full_product_name: { name: `${name} of ${platform}`, product_id: `${platform}:${name}` },
      product_reference: name,
      relates_to_product_reference: platform,
    })),
  );
  return {
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      title: 'a title',
      publisher: { namespace: 'https://www.redhat.com' },
      aggregate_severity: { text: 'Moderate' },
      tracking: { id: 'X-1', status: 'final', current_release_date: '2026-01-02T00:00:00Z', ...more },
    },
    product_tree: {
      branches: [{ category: 'vendor', name: 'V', branches: [...platforms, ...packages] }],
      relationships,
    },
    vulnerabilities,
  };
}

function told(packages: ReturnType<typeof installed>[], given: object, os = { family: 'redhat', release: '8.9' }) {
  const records = readCsaf(given as Record<string, unknown>) ?? [];
  const match = createMatcher({ ...emptyInventory(os), packages });
  return records
    .flatMap(({ rules }) => rules.flatMap(match))
    .map(({ package: name, installed: version, fixed, state }) => [name, version, fixed, state]);
}

const purl = (name: string, version: string, more = '') => `pkg:rpm/redhat/${name}@${version}?arch=x86_64${more}`;

describe('CSAF', () => {
  test('what a document says of itself and of how bad it is', () => {
    const score = { cvss_v3: { vectorString: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H' } };
    const more = { scores: [score, score], threats: [{ category: 'impact', details: 'Important' }] };
    const given = document({}, [{ cve: 'CVE-2026-0001', product_status: {}, ...more }]);
    Object.assign(given['document'] as object, { references: [{ category: 'self', url: 'https://x.example/1' }] });
    expect(readCsaf(given)).toEqual([
      {
        advisory: {
          id: 'X-1',
          aliases: [],
          vulnerabilities: ['CVE-2026-0001'],
          summary: 'a title',
          published: null,
          modified: '2026-01-02T00:00:00Z',
          withdrawn: null,
          vectors: [{ type: 'CVSS_V3', vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
          severity: 'important',
          references: ['https://x.example/1'],
          is_exploited: false,
        },
        rules: [],
      },
    ]);
  });

  test('vulnerabilities of which it says the same are one record, others one each', () => {
    const fixed = { fixed: ['rhel8:a'] };
    const given = document({ a: purl('a', '2-1.el8') }, [
      { cve: 'CVE-2026-0002', product_status: fixed },
      { cve: 'CVE-2026-0001', product_status: fixed },
      { cve: 'CVE-2026-0003', product_status: { known_not_affected: ['rhel8:a'] } },
    ]);
    const records = readCsaf(given) ?? [];
    expect(records.map(({ advisory }) => [advisory.id, advisory.vulnerabilities])).toEqual([
      ['X-1#CVE-2026-0001', ['CVE-2026-0001', 'CVE-2026-0002']],
      ['X-1#CVE-2026-0003', ['CVE-2026-0003']],
    ]);
  });

  test('fixed, affected, not affected, and why there is no fix', () => {
    const names = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, `pkg:rpm/redhat/${name}`]));
    const given = document({ ...names, a: purl('a', '2-1.el8', '&epoch=1') }, [
      {
        cve: 'CVE-2026-0001',
        product_status: {
          fixed: ['rhel8:a', 'satellite:b'],
          known_affected: ['rhel8:b', 'rhel8:c', 'rhel8:d', 'rhel8:a'],
          under_investigation: ['rhel8:e'],
          known_not_affected: ['rhel8:f'],
        },
        remediations: [
          { category: 'no_fix_planned', details: 'Will not fix', product_ids: ['rhel8:b'] },
          { category: 'no_fix_planned', details: 'Out of support scope', group_ids: ['g'] },
          { category: 'none_available', details: 'Fix deferred', product_ids: ['rhel8:d'] },
          { category: 'workaround', details: 'switch it off', product_ids: ['rhel8:b'] },
        ],
        flags: [{ label: 'vulnerable_code_not_present', product_ids: ['rhel8:f'] }],
      },
    ]);
    Object.assign(given.product_tree, { product_groups: [{ group_id: 'g', product_ids: ['rhel8:c'] }] });
    const packages = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => installed(name, '1:1-1.el8'));
    expect(told(packages, given)).toEqual([
      ['a', '1:1-1.el8', '1:2-1.el8', 'affected'],
      ['b', '1:1-1.el8', null, 'will_not_fix'],
      ['c', '1:1-1.el8', null, 'end_of_life'],
      ['d', '1:1-1.el8', null, 'fix_deferred'],
      ['e', '1:1-1.el8', null, 'under_investigation'],
      ['f', '1:1-1.el8', null, 'not_affected'],
    ]);
    const rules = readCsaf(given)?.[0]?.rules ?? [];
    const [last] = rules
      .flatMap(createMatcher({ ...emptyInventory({ family: 'redhat', release: '8' }), packages }))
      .slice(-1);
    expect(last?.why).toBe('its publisher says that redhat 8 f is not affected: vulnerable_code_not_present');
    expect(told(packages, given, { family: 'redhat', release: '9.1' })).toEqual([]);
  });

  test('a build is held against the fix of its own line: minor releases, extended support', () => {
    const builds = ['1-4.el8_8.2', '1-6.el8_9.1', '1-2.el8_6.1'];
    const given = document(Object.fromEntries(builds.map((each) => [each, purl('a', each)])), [
      {
        cve: 'CVE-2026-0001',
        product_status: { fixed: ['rhel8:1-4.el8_8.2', 'rhel8:1-6.el8_9.1', 'eus86:1-2.el8_6.1'] },
      },
    ]);
    const state = (version: string) => told([installed('a', version)], given).map(([, , fixed, is]) => [fixed, is]);
    expect(state('1-2.el8_6.1')).toEqual([[null, 'not_affected']]);
    expect(state('1-2.el8_6')).toEqual([['1-2.el8_6.1', 'affected']]);
    expect(state('1-4.el8_8.2')).toEqual([[null, 'not_affected']]);
    expect(state('1-5.el8_9')).toEqual([['1-6.el8_9.1', 'affected']]);
    // Came with 8.9, built before the fix: it is above the fix of 8.8 and has none.
    expect(state('1-5.el8')).toEqual([['1-6.el8_9.1', 'affected']]);
    // No fix of its own line: what every machine gets first.
    expect(state('1-3.el8_7')).toEqual([['1-4.el8_8.2', 'affected']]);
    expect(state('1-7.el8_10')).toEqual([[null, 'not_affected']]);
  });

  test('streams of a module are lines of their own', () => {
    const version = '16.20-1.module%2Bel8.8.0%2B1%2Ba';
    const given = document(
      { n: purl('nodejs', version, '&rpmmod=nodejs:16:8080:1'), m: purl('npm', version, '&rpmmod=nodejs:16:8080:1') },
      [{ cve: 'CVE-2026-0001', product_status: { fixed: ['rhel8:n', 'rhel8:m'] } }],
    );
    const state = (...packages: ReturnType<typeof installed>[]) => told(packages, given).map(([, , , is]) => is);
    expect(state(installed('nodejs', '16.1-1.module+el8.7.0+1+a'))).toEqual(['affected']);
    expect(state(installed('nodejs', '14.1-1.module+el8.7.0+1+a'))).toEqual(['not_affected']);
    expect(state(installed('nodejs', '16.1-1.el8'))).toEqual(['not_affected']);
    expect(state(installed('npm', '6.1-1.module+el8.7.0+1+a', { module: 'nodejs:14:8070:1' }))).toEqual([
      'not_affected',
    ]);
    expect(state(installed('npm', '6.1-1.module+el8.7.0+1+a', { module: 'nodejs:16:8070:1' }))).toEqual(['affected']);
    const npm = installed('npm', '6.1-1.module+el8.7.0+1+a');
    expect(state(npm)).toEqual(['affected']);
    expect(state(npm, installed('nodejs', '14.1-1.module+el8.7.0+1+a'))).toEqual(['not_affected', 'not_affected']);
  });

  test('a module may stand between the package and its repository, or before its name', () => {
    const given = document({ n: purl('nodejs', '16.20-1.module%2Bel8'), 'nodejs:18/npm': null }, [
      { cve: 'CVE-2026-0001', product_status: { fixed: ['rhel8:mod:n'], known_affected: ['rhel8:nodejs:18/npm'] } },
    ]);
    given.product_tree.branches[0]?.branches.push({
      category: 'product_version',
      name: 'nodejs:16',
      product: {
        name: 'nodejs:16',
        product_id: 'mod',
        product_identification_helper: { purl: 'pkg:rpmmod/redhat/nodejs@16:8080:1' },
      },
    });
    given.product_tree.relationships.push(
      {
        category: 'default_component_of',
        full_product_name: { name: 'm', product_id: 'rhel8:mod' },
        product_reference: 'mod',
        relates_to_product_reference: 'rhel8',
      },
      {
        category: 'default_component_of',
        full_product_name: { name: 'n', product_id: 'rhel8:mod:n' },
        product_reference: 'n',
        relates_to_product_reference: 'rhel8:mod',
      },
    );
    const rules = readCsaf(given)?.[0]?.rules ?? [];
    expect(rules.map(({ module, names, affected }) => [module, names, affected.package])).toEqual([
      ['nodejs:16', 'binary', 'nodejs'],
      ['nodejs:18', 'binary', 'npm'],
      ['nodejs:18', 'binaries_of_source', 'npm'],
    ]);
  });

  test('SUSE names products in words and fixes as recommended', () => {
    const given = document({ 'curl-8.0.1-150400.5.50.1.x86_64': null, 'java-11-openjdk': null }, [
      {
        cve: 'CVE-2026-0001',
        product_status: {
          recommended: ['sle:curl-8.0.1-150400.5.50.1.x86_64'],
          known_affected: ['sle:java-11-openjdk'],
        },
      },
    ]);
    const java = installed('java-11-openjdk-headless', '11-1', { source: 'java-11-openjdk' });
    const packages = [installed('curl', '8.0.1-150400.5.48.1'), java];
    expect(told(packages, given, { family: 'sles', release: '15.5' })).toEqual([
      ['curl', '8.0.1-150400.5.48.1', '8.0.1-150400.5.50.1', 'affected'],
      ['java-11-openjdk-headless', '11-1', null, 'unfixed'],
    ]);
    expect(told(packages, given, { family: 'sles', release: '15.4' })).toEqual([]);
  });

  test.each([
    ['cpe:/o:redhat:enterprise_linux:9::baseos', '', 'redhat 9'],
    ['cpe:/o:redhat:enterprise_linux:10.1', '', 'redhat 10'],
    ['cpe:/o:redhat:rhel_els:7', '', 'redhat 7'],
    ['cpe:/a:redhat:openshift:4.16::el9', '', null],
    [null, 'SUSE Linux Enterprise Server 15', 'suse linux enterprise 15'],
    [null, 'SUSE Linux Enterprise Server for SAP Applications 12 SP5', 'suse linux enterprise 12.5'],
    [null, 'SUSE Linux Enterprise Server 15 SP5-LTSS', 'suse linux enterprise 15.5'],
    [null, 'SUSE Linux Enterprise Server 16.0', 'suse linux enterprise 16.0'],
    [null, 'SUSE Linux Enterprise Micro 5.5', 'suse linux enterprise micro 5.5'],
    [null, 'SUSE Linux Micro 6.1', 'suse linux enterprise micro 6.1'],
    [null, 'openSUSE Leap 15.6', 'opensuse leap 15.6'],
    [null, 'openSUSE Tumbleweed', 'opensuse tumbleweed'],
    [null, 'SUSE Linux Enterprise Storage 7.1', null],
    [null, 'Container suse/sle15:15.5', null],
  ])('%s %s is %s', (cpe, name, expected) => expect(platformOf(cpe, name)?.name ?? null).toBe(expected));

  test('refuses what is no CSAF, and lets a deleted document say nothing', () => {
    const whole = document({}, []);
    expect(readCsaf({})).toBeNull();
    expect(readCsaf({ document: [] })).toBeNull();
    expect(readCsaf({ ...whole, document: { ...whole.document, tracking: {} } })).toBeNull();
    expect(readCsaf({ ...whole, document: { ...whole.document, csaf_version: '1.2' } })).toBeNull();
    expect(readCsaf({ ...whole, document: { tracking: { id: 'X', status: 'deleted' } } })).toEqual([]);
  });

  test('products that are parts of themselves, and trees of any depth, end', () => {
    const given = document({ a: purl('a', '2-1.el8') }, [
      { cve: 'CVE-2026-0001', product_status: { fixed: ['loop', 'rhel8:a'] } },
    ]);
    given.product_tree.relationships.push({
      category: 'default_component_of',
      full_product_name: { name: 'loop', product_id: 'loop' },
      product_reference: 'loop',
      relates_to_product_reference: 'loop',
    });
    let deep: object = { category: 'vendor', name: 'x' };
    for (let depth = 0; depth < 100_000; depth++) deep = { branches: [deep] };
    given.product_tree.branches.push(deep as (typeof given.product_tree.branches)[number]);
    expect(told([installed('a', '1-1.el8')], given)).toEqual([['a', '1-1.el8', '2-1.el8', 'affected']]);
  });
});
