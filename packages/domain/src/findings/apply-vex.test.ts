import { describe, expect, test } from 'vitest';
import type { VexProduct, VexStatement } from '../advisories/vex/vex-statement.ts';
import { installed } from '../inventory/installed.ts';
import { createVexJudge } from './apply-vex.ts';
import { readVex } from './read-vex.ts';

const CPE = 'cpe:2.3:a:acme:engine:2.1:*:*:*:*:*:*:*';
const engine = installed('engine', '2.1', { ecosystem: 'generic', cpe: CPE });
const os = { family: 'redhat', release: '8.9' };
const bash = installed('bash', '4-1.el8', { architecture: 'x86_64' });

const product = (more: Partial<VexProduct>): VexProduct => ({
  name: null,
  version: null,
  purl: null,
  cpe: null,
  ...more,
});
const statement = (of: VexProduct, more: Partial<VexStatement> = {}): VexStatement => ({
  vulnerabilities: ['CVE-1'],
  product: of,
  subcomponents: [],
  status: 'not_affected',
  justification: null,
  impact: null,
  action: null,
  timestamp: null,
  document: { id: 'd', format: 'openvex', author: '' },
  ...more,
});
const judge = (each: VexStatement) => createVexJudge([each], { os, packages: [engine, bash] });

describe('a product that is named', () => {
  test.each([
    ['by its CPE', { cpe: CPE }, true],
    ['by its CPE in the older form, in any version', { cpe: 'cpe:/a:acme:engine' }, true],
    ['by a CPE of any version', { cpe: 'cpe:2.3:a:acme:engine:*:*:*:*:*:*:*:*' }, true],
    ['by its name and version', { name: 'engine', version: '2.1' }, true],
    ['by the CPE of another version', { cpe: 'cpe:/a:acme:engine:2.2' }, false],
    ['by the CPE of another product', { cpe: 'cpe:/a:acme:engineer:2.1' }, false],
    ['by its name alone', { name: 'engine' }, false],
    ['by another version', { name: 'engine', version: '2.10' }, false],
    ['by nothing', {}, false],
    ['by a package URL that is none', { purl: 'engine@2.1' }, false],
  ])('%s: %s', (_, of, isCovered) => {
    expect(judge(statement(product(of)))(engine, ['CVE-1']) !== null).toBe(isCovered);
  });

  test('a system by its CPE, and the package as a part of it', () => {
    const parts = [product({ purl: 'pkg:rpm/redhat/bash?arch=x86_64' })];
    const on = (cpe: string) =>
      judge(statement(product({ cpe, name: 'x' }), { subcomponents: parts }))(bash, ['CVE-1']);
    expect(on('cpe:/o:redhat:enterprise_linux:8::baseos')).not.toBeNull();
    expect(on('cpe:/o:redhat:enterprise_linux:9::baseos')).toBeNull();
  });

  test('another vulnerability is not answered', () => {
    expect(judge(statement(product({ cpe: CPE })))(engine, ['CVE-2'])).toBeNull();
  });
});

describe('CycloneDX', () => {
  const read = (vulnerability: Record<string, unknown>) =>
    readVex({
      bomFormat: 'CycloneDX',
      metadata: { timestamp: '2026-01-01T00:00:00Z', component: { 'bom-ref': 'own', name: 'engine', version: '2.1' } },
      vulnerabilities: [{ id: 'CVE-1', affects: [{ ref: 'own' }], ...vulnerability }],
    });

  test.each([
    ['exploitable', 'affected'],
    ['in_triage', 'under_investigation'],
    ['resolved', 'fixed'],
    ['resolved_with_pedigree', 'fixed'],
    ['false_positive', 'not_affected'],
    ['not_affected', 'not_affected'],
  ])('%s is %s', (state, status) => {
    expect(read({ analysis: { state } })?.statements[0]).toMatchObject({
      status,
      product: { name: 'engine', version: '2.1' },
    });
  });

  test('versions with words of their own; a range is not read', () => {
    const versions = [
      { version: '1', status: 'affected' },
      { version: '2', status: 'unaffected' },
      { version: '3', status: 'unknown' },
      { range: 'vers:generic/>=4', status: 'affected' },
    ];
    const reading = read({ analysis: { state: 'exploitable' }, affects: [{ ref: 'own', versions }] });
    expect(reading?.statements.map(({ product: { version }, status }) => [version, status])).toEqual([
      ['1', 'affected'],
      ['2', 'not_affected'],
      ['3', 'under_investigation'],
    ]);
    expect(reading?.unresolved).toBe(1);
  });

  test('links into other documents count where they hold a package URL', () => {
    const analysis = { state: 'not_affected' };
    const affects = [{ ref: 'urn:cdx:1/1#pkg%3Anpm%2Fa%401.0.0' }, { ref: 'urn:cdx:1/1#component-7' }];
    const reading = read({ analysis, affects });
    expect(reading?.statements.map((each) => each.product.purl)).toEqual(['pkg:npm/a@1.0.0']);
    expect(reading?.unresolved).toBe(1);
  });

  test('without an analysis nothing is stated', () => expect(read({})?.statements).toEqual([]));
});

describe('CSAF', () => {
  test('flags and groups, and a range of versions that is no version', () => {
    const branch = (category: string, name: string, id: string) => ({
      category,
      name,
      product: { name: `engine ${name}`, product_id: id },
    });
    const reading = readVex({
      document: {
        csaf_version: '2.0',
        publisher: { name: 'Acme' },
        tracking: { id: 'V-1', current_release_date: '2026-01-01T01:00:00+01:00' },
      },
      product_tree: {
        branches: [
          {
            category: 'product_name',
            name: 'engine',
            branches: [branch('product_version', '2.1', 'A'), branch('product_version_range', 'vers:x/>=1', 'B')],
          },
        ],
        product_groups: [{ group_id: 'G', product_ids: ['A'] }],
      },
      vulnerabilities: [
        {
          cve: 'CVE-1',
          product_status: { known_not_affected: ['A', 'B'] },
          flags: [{ label: 'component_not_present', group_ids: ['G'] }],
          threats: [{ category: 'impact', details: 'gone', product_ids: ['A'] }],
        },
      ],
    });
    expect(reading?.unresolved).toBe(1);
    expect(reading?.statements).toMatchObject([
      {
        product: { name: 'engine', version: '2.1' },
        justification: 'component_not_present',
        impact: 'gone',
        timestamp: '2026-01-01T00:00:00.000Z',
        document: { id: 'V-1', format: 'csaf', author: 'Acme' },
      },
    ]);
  });

  test('parts in a circle are no product', () => {
    const relationship = (id: string, part: string, whole: string) => ({
      full_product_name: { product_id: id },
      product_reference: part,
      relates_to_product_reference: whole,
    });
    const reading = readVex({
      document: { csaf_version: '2.0' },
      product_tree: { relationships: [relationship('A', 'B', 'B'), relationship('B', 'A', 'A')] },
      vulnerabilities: [{ cve: 'CVE-1', product_status: { fixed: ['A'] } }],
    });
    expect([reading?.statements, reading?.unresolved]).toEqual([[], 1]);
  });
});
