import type { Advisory } from './advisory.ts';
import { authorityOf, chooseCvss, compareCvss, type PublishedCvss, readCvssStatement } from './choose-cvss.ts';
import type { CveRecord } from './read-cve.ts';
import type { EpssScore } from './read-epss.ts';
import type { KevEntry } from './read-kev.ts';
import { SEVERITY_WORDS, type VulnerabilityFacts } from './vulnerability-facts.ts';

/** Takes what feeds say of some vulnerabilities, in whatever order, and says what all of them together know. */
export interface FactsGatherer {
  kev(entry: KevEntry): void;
  epss(score: EpssScore): void;
  cve(record: CveRecord): void;
  /** An advisory about one vulnerability alone; another's score and word are those of its worst. */
  advisory(feed: string, advisory: Advisory, word: string | null): void;
  facts(id: string): VulnerabilityFacts;
}

/** A gatherer without a database; what is not `wanted` is passed over, so that a feed of everything costs nothing. */
export function createFactsGatherer(wanted: ReadonlySet<string>): FactsGatherer {
  const listed = new Map<string, KevEntry>();
  const scores = new Map<string, EpssScore>();
  const records = new Map<string, CveRecord>();
  const vectors = new Map<string, PublishedCvss[]>();
  const exploited = new Map<string, { source: string; feed: string }>();
  const words = new Map<string, { word: string; source: string; feed: string }>();
  const keep = <Item extends { cve: string }>(map: Map<string, Item>, item: Item) => {
    if (wanted.has(item.cve)) map.set(item.cve, item);
  };
  return {
    kev: (entry) => keep(listed, entry),
    epss: (score) => keep(scores, score),
    cve: (record) => keep(records, record),
    advisory(feed, { id, vulnerabilities, vectors: said, severity, withdrawn, is_exploited }, word) {
      const [cve = ''] = vulnerabilities;
      if (vulnerabilities.length !== 1 || withdrawn !== null || !wanted.has(cve)) return;
      const source = `${feed} ${id}`;
      if (is_exploited && !exploited.has(cve)) exploited.set(cve, { source, feed });
      const own = vectors.get(cve) ?? [];
      vectors.set(cve, own);
      for (const { vector } of said) {
        if (own.some((each) => each.vector === vector && each.source === source)) continue;
        own.push({ vector, published_score: null, source, authority: authorityOf(feed), feed });
      }
      const graver = [severity, word, words.get(cve)?.word ?? null].reduce(graverOf, null);
      if (graver !== null && graver !== words.get(cve)?.word) words.set(cve, { word: graver, source, feed });
    },
    facts(id) {
      const [entry, score, record] = [listed.get(id), scores.get(id), records.get(id)];
      const cvss_all = [...(record?.cvss ?? []), ...(vectors.get(id) ?? [])]
        .flatMap((each) => readCvssStatement(each) ?? [])
        .sort(compareCvss);
      return {
        id,
        known_exploited:
          entry === undefined
            ? null
            : { date_added: entry.date_added, due_date: entry.due_date, is_ransomware: entry.is_ransomware },
        kev_history: [],
        epss: score === undefined ? null : { score: score.score, percentile: score.percentile },
        cvss: chooseCvss(cvss_all),
        cvss_all,
        ssvc: record?.ssvc ?? null,
        exploited: exploited.get(id) ?? null,
        severity: words.get(id) ?? null,
        published: record?.published ?? null,
        is_rejected: record?.is_rejected === true,
      };
    },
  };
}

function graverOf(best: string | null, each: string | null): string | null {
  if (each === null || gravity(each) < 0) return best;
  return best === null || gravity(each) < gravity(best) ? each : best;
}

/** The graver the lower; −1 for a word that rates nothing. */
function gravity(word: string): number {
  return (SEVERITY_WORDS as readonly string[]).indexOf(word);
}
