import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, describe, expect, test } from 'vitest';
import { readVexFile } from './read-vex-file.ts';
import { runCli, scratchFolder } from './test-io.ts';

const DATA = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const scratch = scratchFolder();
afterAll(() => scratch.remove());

let count = 0;
function file(content: unknown): string {
  count++;
  const path = join(scratch.path, `file-${count}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const osv = (id: string, name: string, related: string[], fixed: string | null = '9-1.el8') => ({
  id,
  affected: [
    {
      package: { ecosystem: 'AlmaLinux:8', name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed === null ? [] : [{ fixed }])] }],
    },
  ],
  related,
});
const RPMS = file('almalinux-release-8.9-1.el8.x86_64\nbash-4-1.el8.x86_64\nzlib-1:1-1.el8.x86_64\n');
const FEED = file([
  osv('A-1', 'bash', ['CVE-2026-0001', 'CVE-2026-0002']),
  osv('A-2', 'zlib', ['CVE-2026-0003'], null),
]);
const BASH = 'pkg:rpm/almalinux/bash@4-1.el8?arch=x86_64&distro=almalinux-8.9';

interface Statement {
  vulnerability: unknown;
  products: unknown[];
  status: string;
  [member: string]: unknown;
}
const statement = (vulnerability: string, product: unknown, more: Partial<Statement> = {}): Statement => ({
  vulnerability: { name: vulnerability },
  products: [product],
  status: 'not_affected',
  justification: 'vulnerable_code_not_present',
  impact_statement: 'it is built without it',
  ...more,
});
const openvex = (statements: Statement[], more = {}) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://acme.example/vex-1',
  author: 'Acme',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements,
  ...more,
});

interface Finding {
  advisory: string;
  state: string;
  rule: string;
  why: string;
  vex?: { status: string; author: string }[];
}

async function match(vex: readonly unknown[], ...more: string[]) {
  const given = vex.length === 0 ? [] : ['--vex', ...vex.map(file)];
  const { code, out, err } = await runCli([
    'match',
    '--inventory',
    RPMS,
    '--feed',
    FEED,
    '--all',
    '--json',
    ...given,
    ...more,
  ]);
  return { code, err, findings: code === 0 ? (JSON.parse(out).findings as Finding[]) : [] };
}
const stateOf = (findings: readonly Finding[], advisory: string) =>
  findings.find((each) => each.advisory === advisory)?.state;
const both = (product: unknown, more: Partial<Statement> = {}) =>
  openvex(['CVE-2026-0001', 'CVE-2026-0002'].map((id) => statement(id, product, more)));

describe('fleetmend match --vex', () => {
  test('a finding whose vulnerabilities are all answered is none, and says who says so and why', async () => {
    const { findings, err } = await match([both({ '@id': BASH })]);
    const finding = findings.find(({ advisory }) => advisory === 'A-1');
    expect(finding).toMatchObject({ state: 'not_affected', rule: 'vex' });
    expect(finding?.why).toBe(
      [1, 2]
        .map(
          () =>
            'VEX https://acme.example/vex-1 of 2026-01-01 by Acme: not affected, vulnerable_code_not_present: it is built without it',
        )
        .join('; '),
    );
    expect(stateOf(findings, 'A-2')).toBe('unfixed');
    expect(err).toContain('findings answered by VEX: 1');
    const plain = await runCli(['match', '--inventory', RPMS, '--feed', FEED, '--vex', file(both(BASH)), '--json']);
    expect(JSON.parse(plain.out).findings).toHaveLength(1);
  });

  test.each([
    ['any version', 'pkg:rpm/almalinux/bash'],
    ['any system’s release', 'pkg:rpm/almalinux/bash@4-1.el8'],
    ['another name of the system', 'pkg:rpm/alma/bash@4-1.el8?distro=alma-8.4'],
    ['its source', 'pkg:rpm/almalinux/bash?arch=src'],
    ['identifiers', { '@id': 'https://acme.example/bash', identifiers: { purl: BASH } }],
  ])('covers: %s', async (_, product) => {
    expect(stateOf((await match([both(product)])).findings, 'A-1')).toBe('not_affected');
  });

  test.each([
    ['another version', 'pkg:rpm/almalinux/bash@5-1.el8'],
    ['an epoch', 'pkg:rpm/almalinux/bash@4-1.el8?epoch=1'],
    ['another release of the system', 'pkg:rpm/almalinux/bash@4-1.el8?distro=almalinux-9.2'],
    ['another system', 'pkg:rpm/rocky/bash@4-1.el8'],
    ['another architecture', 'pkg:rpm/almalinux/bash@4-1.el8?arch=aarch64'],
    ['another manager', 'pkg:npm/bash@4-1.el8'],
    ['another name', 'pkg:rpm/almalinux/bash-doc@4-1.el8'],
    ['a product that is not here', { '@id': 'pkg:oci/image@sha256%3Aabc', subcomponents: [{ '@id': BASH }] }],
  ])('does not cover: %s', async (_, product) => {
    expect(stateOf((await match([both(product)])).findings, 'A-1')).toBe('affected');
  });

  test('a part of a product that is here', async () => {
    const product = { '@id': 'pkg:rpm/almalinux/almalinux-release', subcomponents: [{ '@id': BASH }] };
    expect(stateOf((await match([both(product)])).findings, 'A-1')).toBe('not_affected');
  });

  test('half an answer leaves the finding, and is cited', async () => {
    const { findings } = await match([openvex([statement('CVE-2026-0001', BASH)])]);
    const [finding] = findings.filter(({ advisory }) => advisory === 'A-1');
    expect(finding).toMatchObject({ state: 'affected', vex: [{ status: 'not_affected', author: 'Acme' }] });
  });

  test.each(['affected', 'under_investigation'])('%s is cited and closes nothing', async (status) => {
    const { findings } = await match([both(BASH, { status })]);
    expect(findings.find(({ advisory }) => advisory === 'A-1')).toMatchObject({
      state: 'affected',
      vex: [{ status }, { status }],
    });
  });

  test('the latest statement counts, and a conflict is told', async () => {
    const newer = {
      ...both(BASH, { status: 'affected', action_statement: 'x' }),
      author: 'Beta',
      timestamp: '2026-02-01T00:00:00Z',
    };
    const { findings, err } = await match([newer, both(BASH)]);
    expect(stateOf(findings, 'A-1')).toBe('affected');
    expect(err).toMatch(
      /VEX documents differ on CVE-2026-0001: .*by Beta: affected.* counts over .*by Acme: not affected/,
    );
    expect(stateOf((await match([{ ...newer, timestamp: '2025-01-01T00:00:00Z' }, both(BASH)])).findings, 'A-1')).toBe(
      'not_affected',
    );
  });

  test('of two at one time the one that closes less counts', async () => {
    const other = { ...both(BASH, { status: 'under_investigation' }), author: 'Beta' };
    for (const order of [
      [other, both(BASH)],
      [both(BASH), other],
    ])
      expect(stateOf((await match(order)).findings, 'A-1')).toBe('affected');
  });

  test('by the advisory’s own id, and with an epoch', async () => {
    const { findings } = await match([openvex([statement('A-2', 'pkg:rpm/almalinux/zlib@1-1.el8?epoch=1')])]);
    expect(stateOf(findings, 'A-2')).toBe('not_affected');
  });

  test('OpenVEX of its first version, of a package of no system', async () => {
    const bom = file({
      bomFormat: 'CycloneDX',
      components: [{ purl: 'pkg:npm/a@1.0.0' }],
    });
    const feed = file({
      id: 'GHSA-1',
      affected: [{ package: { ecosystem: 'npm', name: 'a' }, versions: ['1.0.0'] }],
      aliases: ['CVE-2026-7777'],
    });
    const old = {
      ...openvex([]),
      statements: [{ vulnerability: 'CVE-2026-7777', products: ['pkg:npm/a'], status: 'fixed' }],
    };
    const { out } = await runCli(['match', '--inventory', bom, '--feed', feed, '--vex', file(old), '--all', '--json']);
    expect(JSON.parse(out).findings[0]).toMatchObject({ state: 'not_affected', rule: 'vex' });
  });

  test.each([
    ['another JSON', { a: 1 }, 'is no VEX document'],
    ['no JSON', 'hello', 'is no VEX document'],
    ['an SBOM', { bomFormat: 'CycloneDX', components: [] }, 'is no VEX document'],
    ['no statement', openvex([]), 'states nothing of a product'],
    [
      'products without a name',
      openvex([statement('CVE-1', { '@id': 'https://acme.example/x' })]),
      'its 1 statements name products',
    ],
    ['a status of its own', openvex([statement('CVE-1', BASH, { status: 'safe' })]), 'its 1 statements'],
  ])('refuses %s', async (_, document, words) => {
    const { code, err } = await match([document]);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('fleetmend match --vex-out', () => {
  async function write(form: string) {
    const path = join(scratch.path, `out-${form}.json`);
    const answer = openvex([statement('CVE-2026-0003', 'pkg:rpm/almalinux/zlib')]);
    const { code, err } = await match([answer], '--vex-out', form, path, '--vex-author', 'Acme Security');
    expect([code, err]).toEqual([0, expect.stringContaining('statements written: 3')]);
    return path;
  }

  test.each(['openvex', 'csaf', 'cyclonedx'])('%s is read back, and applied says the same', async (form) => {
    const path = await write(form);
    const { statements, document, unresolved } = await readVexFile(path);
    expect(unresolved).toBe(0);
    expect(document).toMatchObject({ format: form, author: 'Acme Security' });
    expect(
      statements
        .map(({ vulnerabilities, status, product, action }) => [vulnerabilities[0], status, product.purl, action])
        .sort(),
    ).toEqual([
      [
        'CVE-2026-0001',
        'affected',
        'pkg:rpm/almalinux/bash@4-1.el8?arch=x86_64&distro=almalinux-8.9',
        'Update bash to 9-1.el8.',
      ],
      [
        'CVE-2026-0002',
        'affected',
        'pkg:rpm/almalinux/bash@4-1.el8?arch=x86_64&distro=almalinux-8.9',
        'Update bash to 9-1.el8.',
      ],
      [
        'CVE-2026-0003',
        'not_affected',
        'pkg:rpm/almalinux/zlib@1-1.el8?arch=x86_64&distro=almalinux-8.9&epoch=1',
        null,
      ],
    ]);
    const closed = statements.find(({ status }) => status === 'not_affected');
    expect([closed?.justification, closed?.impact]).toEqual(['vulnerable_code_not_present', 'it is built without it']);
    const { findings } = await match([readFileSync(path, 'utf8')]);
    expect([stateOf(findings, 'A-1'), stateOf(findings, 'A-2')]).toEqual(['affected', 'not_affected']);
  });

  test('OpenVEX has what its rules ask for', async () => {
    const document = JSON.parse(readFileSync(await write('openvex'), 'utf8'));
    for (const member of ['@context', '@id', 'author', 'timestamp', 'version', 'statements'])
      expect(document).toHaveProperty([member]);
    for (const each of document.statements) {
      if (each.status === 'affected') expect(each.action_statement).toBeTruthy();
      if (each.status === 'not_affected') expect(each.justification ?? each.impact_statement).toBeTruthy();
    }
  });

  test.each([
    [['swid', 'x'], 'takes one of openvex, csaf, cyclonedx'],
    [['openvex'], 'and a file'],
    [['openvex', '/no/such/folder/x'], 'cannot be written'],
  ])('refuses --vex-out %j', async (given, words) => {
    const { code, err } = await match([], '--vex-out', ...given);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });

  const archive = join(DATA, 'advisory_format_samples/csaf_oasis.tar.gz');
  const csaf = join(scratch.path, 'csaf_2.0');
  if (existsSync(archive)) spawnSync('tar', ['-xzf', archive, '-C', scratch.path]);

  test.skipIf(!existsSync(csaf))(
    'CSAF is valid by the schema of OASIS (it lies beside the repository, in shared/data)',
    async () => {
      const read = (path: string) => JSON.parse(readFileSync(join(csaf, path), 'utf8'));
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      addFormats.default(ajv);
      // The schemas of CVSS are of older drafts, and use nothing that has changed since.
      for (const name of ['cvss-v2.0.json', 'cvss-v3.0.json', 'cvss-v3.1.json']) {
        const { $schema, id: _id, ...schema } = read(`referenced_schema/first/${name}`);
        expect($schema).toContain('json-schema.org');
        ajv.addSchema(schema, `https://www.first.org/cvss/${name}`);
      }
      const validate = ajv.compile(read('json_schema/csaf_json_schema.json'));
      const document = JSON.parse(readFileSync(await write('csaf'), 'utf8'));
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
      expect(validate({ ...document, vulnerabilities: [{}] })).toBe(false);
      // The VEX profile (section 4.5) asks for more than the schema does.
      for (const each of document.vulnerabilities) {
        const { product_status: status, threats = [], flags = [], remediations = [] } = each;
        const told = (lists: { product_ids: string[] }[]) => new Set(lists.flatMap(({ product_ids }) => product_ids));
        for (const id of status.known_not_affected ?? []) expect(told([...threats, ...flags]).has(id)).toBe(true);
        for (const id of status.known_affected ?? []) expect(told(remediations).has(id)).toBe(true);
        expect(each.notes.length).toBeGreaterThan(0);
      }
    },
  );

  test.skipIf(!existsSync(csaf))(
    'every VEX of OASIS’s examples is read, or refused since it names no version',
    async () => {
      const folder = join(csaf, 'examples/csaf/csaf_vex');
      const counts = await Promise.all(
        readdirSync(folder).map((name) =>
          readVexFile(join(folder, name)).then(
            ({ statements }) => statements.length,
            () => 0,
          ),
        ),
      );
      expect([counts.length, counts.filter((each) => each > 0).length]).toEqual([13, 11]);
    },
  );
});
