import type { Affected } from '@fleetmend/domain/advisories/advisory.ts';
import { z } from 'zod';
import { FeedRefused } from '../feed-errors.ts';
import type { FeedSource } from '../feed-source.ts';
import { jsonDocuments } from '../json-documents.ts';

const words = z.array(z.string().max(500)).max(10_000).default([]);
const time = z
  .string()
  .max(40)
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is not a time')
  .transform((text) => new Date(Date.parse(text)).toISOString());
const severities = z
  .array(z.object({ type: z.string().max(60), score: z.string().max(500) }))
  .max(50)
  .default([]);
const event = z
  .object({
    introduced: z.string().max(300),
    fixed: z.string().max(300),
    last_affected: z.string().max(300),
    limit: z.string().max(300),
  })
  .partial();

const record = z
  .object({
    id: z.string().min(1).max(200),
    modified: time.nullish(),
    published: time.nullish(),
    withdrawn: time.nullish(),
    aliases: words.nullish(),
    upstream: words.nullish(),
    related: words.nullish(),
    summary: z.string().max(100_000).nullish(),
    severity: severities.nullish(),
    affected: z
      .array(
        z.object({
          package: z.object({ ecosystem: z.string().max(200), name: z.string().max(500) }).nullish(),
          ranges: z
            .array(z.object({ type: z.string().max(60), events: z.array(event).max(10_000) }))
            .max(10_000)
            .nullish(),
          versions: z.array(z.string().max(300)).max(100_000).nullish(),
          severity: severities.nullish(),
          ecosystem_specific: z
            .looseObject({ urgency: z.string().max(100).nullish() })
            .nullish()
            .catch(null),
        }),
      )
      .max(50_000)
      .nullish(),
  })
  .transform(normalise);

/** An OSV record as we keep it: the fields we judge by, its vulnerabilities named. */
export type OsvRecord = ReturnType<typeof normalise>;

/**
 * Advisories in the OSV format: a JSON document, an array, or one record after the other, gzip or not; or a folder or zip
 * archive of such files, as osv.dev serves them (`Debian/all.zip`).
 * Schema: https://ossf.github.io/osv-schema/
 */
export const osv = {
  id: 'osv',
  title: 'OSV database',
  homepage: 'https://osv.dev/',
  default_source: 'https://osv-vulnerabilities.storage.googleapis.com/Debian/all.zip',
  interval_minutes: 6 * 60,
  max_age_hours: 72,
  max_records: 3_000_000,
  async *parse(bytes) {
    for await (const values of jsonDocuments(bytes)) yield values.map(readRecord);
  },
} as const satisfies FeedSource<OsvRecord>;

function readRecord(value: unknown): OsvRecord {
  const read = record.safeParse(value);
  if (!read.success)
    throw new FeedRefused(`A record is not as the OSV schema says: ${z.prettifyError(read.error).slice(0, 300)}`);
  return read.data;
}

function normalise(each: {
  id: string;
  modified?: string | null | undefined;
  published?: string | null | undefined;
  withdrawn?: string | null | undefined;
  aliases?: string[] | null | undefined;
  upstream?: string[] | null | undefined;
  related?: string[] | null | undefined;
  summary?: string | null | undefined;
  severity?: Severity[] | null | undefined;
  affected?: RawAffected[] | null | undefined;
}) {
  const aliases = each.aliases ?? [];
  const all = [...(each.severity ?? []), ...(each.affected ?? []).flatMap(({ severity }) => severity ?? [])];
  return {
    id: each.id,
    aliases,
    vulnerabilities: nameVulnerabilities(each.id, [...aliases, ...(each.upstream ?? [])], each.related ?? []),
    summary: (each.summary ?? '').slice(0, 1000),
    published: each.published ?? null,
    modified: each.modified ?? null,
    withdrawn: each.withdrawn ?? null,
    vectors: all.filter(({ type }) => type.startsWith('CVSS_')).map(({ type, score }) => ({ type, vector: score })),
    severity: all.find(({ type }) => !type.startsWith('CVSS_'))?.score.toLowerCase() ?? null,
    affected: (each.affected ?? []).flatMap(normaliseAffected),
  };
}

interface Severity {
  type: string;
  score: string;
}

interface RawAffected {
  package?: { ecosystem: string; name: string } | null | undefined;
  ranges?: Affected['ranges'] | null | undefined;
  versions?: string[] | null | undefined;
  severity?: Severity[] | null | undefined;
  ecosystem_specific?: { urgency?: string | null | undefined } | null | undefined;
}

/** An entry without a package is about a repository's commits, which no package manager installs. */
function normaliseAffected(each: RawAffected): Affected[] {
  if (!each.package) return [];
  return [
    {
      ecosystem: each.package.ecosystem,
      package: each.package.name,
      ranges: each.ranges ?? [],
      versions: each.versions ?? [],
      severity: each.ecosystem_specific?.urgency?.toLowerCase() ?? null,
    },
  ];
}

/**
 * The CVE ids of a record: its own (`CVE-…`, `DEBIAN-CVE-…`), its aliases and what it says is upstream of it. Distributions
 * wrote them into `related` before `upstream` existed, so that counts where nothing else names one. Else it stands for itself.
 */
function nameVulnerabilities(id: string, named: readonly string[], related: readonly string[]): string[] {
  const own = [id, ...named].flatMap((text) => /(?:^|-)(CVE-\d{4}-\d{4,19})$/.exec(text)?.[1] ?? []);
  const cves = own.length > 0 ? own : related.filter((text) => /^CVE-\d{4}-\d{4,19}$/.test(text));
  return cves.length > 0 ? [...new Set(cves)].sort() : [id];
}
