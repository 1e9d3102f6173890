import type { UnfixedState } from '../advisories/rule.ts';

/** What one rule says of one package of an inventory, with the values that were compared. */
export interface MatchedFinding {
  advisory: string;
  package: string;
  architecture: string;
  installed: string;
  /** The version or update that ends it; null while there is none. */
  fixed: string | null;
  vulnerabilities: string[];
  vendor_ids: string[];
  /**
   * `affected` has a fix; the states of `UnfixedState` have none. `not_affected` and `withdrawn` are no findings and say why;
   * `unknown` is a version that could not be read.
   */
  state: 'affected' | UnfixedState | 'not_affected' | 'withdrawn' | 'unknown';
  feed: string;
  /** What its packages are of: a release of a system, or an ecosystem. */
  platform: string;
  rule: string;
  why: string;
}

/** Whether something is to be done or watched: the rest only tells why there is no finding. */
export function isOpen({ state }: Pick<MatchedFinding, 'state'>): boolean {
  return state !== 'not_affected' && state !== 'withdrawn' && state !== 'unknown';
}

/** What makes two observations of one inventory one finding. */
export function matchKey(finding: MatchedFinding): string {
  const { feed, advisory, package: name, installed, fixed, state } = finding;
  return [feed, advisory, name, installed, fixed ?? '', state].join('\n');
}
