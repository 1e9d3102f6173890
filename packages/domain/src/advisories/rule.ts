import { type Advisory, type Affected, plainAdvisory, type VersionRange } from './advisory.ts';
import type { VendorUpdate } from './read-msrc.ts';

/** Why a publisher ships no fix; `unfixed` where it gives no reason, `not_affected` where none is needed. */
export type UnfixedState =
  | 'unfixed'
  | 'will_not_fix'
  | 'fix_deferred'
  | 'end_of_life'
  | 'under_investigation'
  | 'not_affected';

/** One entry of a feed that can be held against an inventory: who says it, of which package, of which machines. */
export interface Rule {
  /** The kind of feed: `osv`, `debian-dsa`. */
  feed: string;
  advisory: Advisory;
  /** `affected.ecosystem` is the platform as the feed writes it: `AlmaLinux:8`, `debian 10`, `PyPI`. */
  affected: Affected;
  /** What `affected.package` names, and what a finding is about: the binary, its source, or the binaries of a source. */
  names: 'binary' | 'source' | 'binaries_of_source';
  /** Only on these; null is on all. */
  architectures: string[] | null;
  /** What a finding is while there is no fixed version. */
  unfixed: UnfixedState;
  /** The publisher's own advisories behind it, where the rule goes by the vulnerability. */
  vendor_ids: string[];
  /** The stream of a module that it holds for (`nodejs:18`): other streams and builds outside a module are another line. */
  module: string | null;
  /**
   * All builds that have the fix, where there is more than one line of them (`1.0-4.el8_8.2`, `1.0-6.el8_9.1`): a build is
   * held against that of its own line.
   */
  lines: string[];
  /** Updates by number of which each ends it, where the publisher's fixes are no versions (Microsoft's). */
  updates: VendorUpdate[];
  /** The publisher's own words for the state without a fix: a justification, a refusal; null when it gives none. */
  reason: string | null;
}

/** What a feed says in one place: an advisory, and what it is to be held against. One that was withdrawn may have no rule. */
export interface AdvisoryRecord {
  advisory: Advisory;
  rules: Rule[];
}

/** Everything below `fixed`, or everything there is while nothing is fixed. */
export function below(fixed: string | null): VersionRange[] {
  const events = fixed === null ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed }];
  return [{ type: 'ECOSYSTEM', events }];
}

/** A record of the usual kind: all versions of a package below the fixed one. */
export function fixRecord(feed: string, fix: FixedPackage, more: RuleDetails = {}): AdvisoryRecord {
  const advisory = plainAdvisory(fix.id, fix.vulnerabilities);
  return { advisory, rules: [fixRule(feed, advisory, fix, more)] };
}

export type RuleDetails = Partial<Omit<Rule, 'feed' | 'advisory' | 'affected'>>;

/** A rule about binary packages of any kind and architecture, unless told otherwise. */
export function ruleOf(feed: string, advisory: Advisory, affected: Affected, details: RuleDetails = {}): Rule {
  return {
    feed,
    advisory,
    affected,
    names: 'binary',
    architectures: null,
    unfixed: 'unfixed',
    vendor_ids: [],
    module: null,
    lines: [],
    updates: [],
    reason: null,
    ...details,
  };
}

/** A rule of the usual kind, for an advisory of more than one. */
export function fixRule(
  feed: string,
  advisory: Advisory,
  { platform, name, fixed }: Pick<FixedPackage, 'platform' | 'name' | 'fixed'>,
  more: RuleDetails = {},
): Rule {
  const affected = { ecosystem: platform, package: name, ranges: below(fixed), versions: [], severity: null };
  return ruleOf(feed, advisory, affected, more);
}

interface FixedPackage {
  id: string;
  vulnerabilities: string[];
  platform: string;
  name: string;
  /** Null while there is no fix. */
  fixed: string | null;
}
