import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCve } from './read-cve.ts';

const V31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

function assessed(options: object[], timestamp: string, shortName = 'CISA-ADP') {
  const content = { id: 'CVE-2026-1000', role: 'CISA Coordinator', version: '2.0.3', timestamp, options };
  return { providerMetadata: { shortName }, metrics: [{ other: { type: 'ssvc', content } }] };
}

function aRecord(more: { state?: string; cna?: object; adp?: object[]; metadata?: object } = {}) {
  return {
    dataType: 'CVE_RECORD',
    dataVersion: '5.1',
    cveMetadata: {
      cveId: 'CVE-2026-1000',
      state: more.state ?? 'PUBLISHED',
      datePublished: '2026-01-02T03:04:05',
      ...more.metadata,
    },
    containers: { cna: { providerMetadata: { shortName: 'redhat' }, ...more.cna }, adp: more.adp ?? [] },
  };
}

describe('a CVE record', () => {
  test('has the CNA’s metrics of every version, and those of others beside them', () => {
    const cna = {
      metrics: [
        { format: 'CVSS', cvssV3_1: { vectorString: V31, baseScore: 9.8 } },
        { cvssV2_0: { vectorString: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' } },
        { other: { type: 'Textual description of severity', content: {} } },
      ],
    };
    const adp = [{ providerMetadata: { shortName: 'CISA-ADP' }, metrics: [{ cvssV3_1: { vectorString: V31 } }] }];
    expect(readCve(aRecord({ cna, adp }))).toEqual({
      cve: 'CVE-2026-1000',
      is_rejected: false,
      published: '2026-01-02T03:04:05.000Z',
      ssvc: null,
      cvss: [
        { vector: V31, published_score: 9.8, source: 'CNA redhat', authority: 'cna', feed: 'cve' },
        {
          vector: 'AV:N/AC:L/Au:N/C:C/I:C/A:C',
          published_score: null,
          source: 'CNA redhat',
          authority: 'cna',
          feed: 'cve',
        },
        { vector: V31, published_score: null, source: 'CISA-ADP', authority: 'third_party', feed: 'cve' },
      ],
    });
  });

  test('has CISA’s newest assessment, in large or small letters, and nobody else’s', () => {
    const adp = [
      assessed([{ Exploitation: 'none' }, { Automatable: 'no' }], '2026-01-01T00:00:00Z'),
      assessed(
        [{ Exploitation: 'PoC' }, { Automatable: 'Yes' }, { 'Technical Impact': 'Total' }],
        '2026-02-01T00:00:00Z',
      ),
      assessed([{ Exploitation: 'active' }], '2026-03-01T00:00:00Z', 'somebody'),
    ];
    expect(readCve(aRecord({ adp }))?.ssvc).toEqual({
      exploitation: 'public_poc',
      automatable: 'yes',
      technical_impact: 'total',
      as_of: '2026-02-01T00:00:00.000Z',
    });
  });

  test('that was rejected says nothing but that', () => {
    const adp = [assessed([{ Exploitation: 'active' }], '2026-01-01T00:00:00Z')];
    expect(readCve(aRecord({ state: 'REJECTED', adp }))).toEqual({
      cve: 'CVE-2026-1000',
      is_rejected: true,
      published: null,
      cvss: [],
      ssvc: null,
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['another type', { ...aRecord(), dataType: 'CVE' }],
    ['another id', aRecord({ metadata: { cveId: "CVE-1'; --" } })],
    ['another state', aRecord({ state: 'RESERVED' })],
    ['no containers', { ...aRecord(), containers: [] }],
    ['a prototype', JSON.parse('{"__proto__":{"dataType":"CVE_RECORD"}}')],
  ])('is not %s', (_what, record) => {
    expect(readCve(record)).toBeNull();
  });

  test('with things in odd places is read as far as it goes', () => {
    const adp = [
      assessed([{ __proto__: 'x' }, { Exploitation: ['active'] }, { Exploitation: 'hearsay' }], 'yesterday'),
    ];
    const cna = { metrics: [{ cvssV3_1: { vectorString: 'x'.repeat(501) } }, 7, null], providerMetadata: 'me' };
    expect(readCve(aRecord({ cna, adp }))).toMatchObject({ cvss: [], ssvc: null });
  });
});

const sample = fileURLToPath(
  new URL('../../../../../shared/data/cve/vulnrichment_full_sample.ndjson.gz', import.meta.url),
);
test.skipIf(!existsSync(sample))('all 1,451 real records are read (skipped without ../shared/data)', () => {
  const lines = gunzipSync(readFileSync(sample)).toString('utf8').trim().split('\n');
  const records = lines.map((line) => readCve(JSON.parse(line)));
  expect(records.filter((each) => each === null)).toEqual([]);
  expect(records).toHaveLength(1451);
  expect(records.filter((each) => each?.is_rejected)).toHaveLength(5);
  expect(records.filter((each) => each?.ssvc != null)).toHaveLength(1446);
  expect(records.filter((each) => each?.ssvc?.exploitation === 'active')).toHaveLength(10);
  expect(records.flatMap((each) => each?.cvss ?? [])).toHaveLength(781 + 187 + 146 + 80 + 77);
});
