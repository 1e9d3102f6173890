import type { Output } from '@fleetmend/api/client.ts';
import { advisoryPage } from '@fleetmend/domain/advisories/advisory-page.ts';
import { describeAffected } from '@fleetmend/domain/advisories/describe-affected.ts';
import { feeds, isFeedId } from '../feeds/registry.ts';
import type { AdvisoryRow, RuleRow } from './advisory.queries.ts';

/** What one feed says under one id, as the API shows it. */
export function describeAdvisory({
  feed,
  id,
  summary,
  aliases,
  vulnerabilities,
  severity,
  is_exploited,
  vectors,
  references,
  published,
  modified,
  withdrawn,
  rules,
  ingested_at,
}: AdvisoryRow): Output<'listAdvisories'>['data'][number] {
  const feed_title = isFeedId(feed) ? feeds[feed].title : feed;
  const times = { published, modified, withdrawn, ingested_at };
  const said = { summary, aliases, vulnerabilities, severity, is_exploited, vectors, references, rules };
  return { feed, feed_title, id, ...said, ...times, page: advisoryPage(id) };
}

/** A rule as the API shows it. */
export function describeRule({
  id: _id,
  ecosystem: platform,
  ranges,
  versions,
  ...rule
}: RuleRow): Output<'listAdvisoryRules'>['data'][number] {
  const has_fix = rule.lines.length > 0 || ranges.some(({ events }) => events.some(({ fixed }) => fixed !== undefined));
  return { ...rule, platform, versions: describeAffected({ ranges, versions }), has_fix };
}
