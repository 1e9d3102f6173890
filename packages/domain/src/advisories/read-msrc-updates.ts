import { compareWindows, parseWindows } from '../versions/windows.ts';
import { plainAdvisory } from './advisory.ts';
import { asRecord, recordsOf, textOf } from './read-fields.ts';
import type { MsrcRow } from './read-msrc.ts';
import { readMsrcCvrf } from './read-msrc-cvrf.ts';
import { type AdvisoryRecord, below, ruleOf } from './rule.ts';
import { SEVERITY_WORDS } from './vulnerability-facts.ts';

/** What CVRF's threats of this kind tell is whether somebody exploits it. */
const EXPLOIT_STATUS = 1;

/**
 * What one of Microsoft's monthly documents says of Windows itself: an advisory for each vulnerability, a rule for each product,
 * with the updates of which each ends it. Left out is what runs on Windows: no inventory tells of it.
 * @returns null for what is no such document
 */
export function readMsrcUpdates(document: Record<string, unknown>): AdvisoryRecord[] | null {
  const rows = readMsrcCvrf(document);
  if (rows === null) return null;
  const published = timeOf(asRecord(document['DocumentTracking']), 'InitialReleaseDate');
  const exploited = new Set(
    recordsOf(document, 'Vulnerability')
      .filter(isExploited)
      .map((each) => textOf(each, 'CVE')),
  );
  const ofWindows = rows.filter(({ product }) => /^(Microsoft )?Windows\b/.test(product));
  return [...Map.groupBy(ofWindows, ({ cve }) => cve)].map(([cve, own]) => {
    const words = own.map(({ severity }) => severity.toLowerCase());
    const severity = SEVERITY_WORDS.find((word) => words.includes(word)) ?? null;
    const advisory = plainAdvisory(cve, [cve], { published, severity, is_exploited: exploited.has(cve) });
    const products = [...Map.groupBy(own, ({ product }) => product)];
    return { advisory, rules: products.map(([product, updates]) => readRule(advisory, product, updates)) };
  });
}

function readRule(advisory: AdvisoryRecord['advisory'], product: string, rows: readonly MsrcRow[]) {
  const updates = rows.map(({ kb, supersedes, fixed_build }) => ({ kb, supersedes, fixed_build }));
  const vendor_ids = [...new Set(updates.map(({ kb }) => `KB${kb}`))];
  const affected = {
    ecosystem: 'Windows',
    package: product,
    ranges: below(lowestBuild(rows)),
    versions: [],
    severity: null,
  };
  const reason = `${vendor_ids.join(' or ')} ends it, or an update that replaces one of them`;
  return ruleOf('msrc', advisory, affected, { vendor_ids, updates, reason });
}

/** Updates of one product differ in what else they bring: whichever comes first ends it. */
function lowestBuild(rows: readonly MsrcRow[]): string | null {
  const builds = rows.flatMap(({ fixed_build: text }) => {
    const build = text === null ? null : parseWindows(text);
    return text === null || build === null ? [] : [{ text, build }];
  });
  return builds.sort((a, b) => compareWindows(a.build, b.build))[0]?.text ?? null;
}

function isExploited(vulnerability: Record<string, unknown>): boolean {
  return recordsOf(vulnerability, 'Threats').some((threat) => {
    const words = textOf(asRecord(threat['Description']), 'Value') ?? '';
    return threat['Type'] === EXPLOIT_STATUS && /\bExploited:Yes\b/.test(words);
  });
}

function timeOf(record: Record<string, unknown> | null, member: string): string | null {
  const time = Date.parse(textOf(record, member)?.slice(0, 40) ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
