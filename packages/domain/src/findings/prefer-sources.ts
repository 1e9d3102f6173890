import { isOpen, type MatchedFinding } from './match-finding.ts';

/**
 * Decides between sources that speak of the same package and vulnerability. NVD's ranges name upstream's versions and guess
 * at products, so they are not believed where a source that knows the package says anything. What is not believed stays as
 * no finding, and says who decided (docs/decisions/0012-vendor-feeds.md).
 */
export function preferSources(findings: readonly MatchedFinding[]): MatchedFinding[] {
  const deciders = new Map<string, MatchedFinding>();
  for (const finding of findings) {
    if (finding.feed === 'nvd' || finding.state === 'unknown') continue;
    for (const key of keysOf(finding)) deciders.set(key, deciders.get(key) ?? finding);
  }
  return findings.map((finding) => {
    if (finding.feed !== 'nvd' || !isOpen(finding)) return finding;
    const decider = keysOf(finding).flatMap((key) => deciders.get(key) ?? [])[0];
    if (decider === undefined) return finding;
    const why = `${decider.feed} ${decider.advisory} decides, since it knows this package (${decider.why}); NVD goes by a name: ${finding.why}`;
    return { ...finding, state: 'not_affected', fixed: null, rule: 'other_source', why };
  });
}

function keysOf({ package: name, installed, vulnerabilities }: MatchedFinding): string[] {
  return vulnerabilities.map((each) => `${name}\n${installed}\n${each}`);
}
