import { EPSS_HEADING, type EpssScore, readEpssLine } from '@fleetmend/domain/advisories/read-epss.ts';
import { FeedRefused } from '../feed-errors.ts';
import type { FeedHeader, FeedSource } from '../feed-source.ts';
import { textLines } from '../text-lines.ts';

/** FIRST's Exploit Prediction Scoring System: one CSV a day, scores for every CVE. https://www.first.org/epss/data_stats */
export const epss = {
  id: 'epss',
  title: 'FIRST EPSS',
  homepage: 'https://www.first.org/epss/',
  default_source: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
  interval_minutes: 24 * 60,
  max_age_hours: 72,
  max_published_hours: 96,
  max_records: 5_000_000,
  async *parse(bytes, tell) {
    let isHeaderSeen = false;
    for await (const lines of textLines(bytes)) {
      const scores: EpssScore[] = [];
      for (const raw of lines) {
        const line = raw.trimEnd();
        if (line.startsWith('#')) tell(readComment(line));
        else if (!isHeaderSeen) isHeaderSeen = readHeader(line);
        else if (line !== '') scores.push(readRow(line));
      }
      yield scores;
    }
  },
} as const satisfies FeedSource<EpssScore>;

function readComment(line: string): FeedHeader {
  const date = /score_date:(\d{4}-\d{2}-\d{2})/.exec(line)?.[1];
  return date === undefined ? {} : { data_version: date, published_at: `${date}T00:00:00.000Z` };
}

function readHeader(line: string): true {
  if (line !== EPSS_HEADING)
    throw new FeedRefused(`It does not begin as an EPSS file does, but with ${JSON.stringify(line.slice(0, 80))}.`);
  return true;
}

function readRow(line: string): EpssScore {
  const row = readEpssLine(line);
  if (row !== null) return row;
  throw new FeedRefused(`A line is not a CVE id, a score and a percentile: ${JSON.stringify(line.slice(0, 80))}`);
}
