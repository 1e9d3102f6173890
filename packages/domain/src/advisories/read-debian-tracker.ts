import { type Advisory, plainAdvisory } from './advisory.ts';
import { checkedText, neededText, RECORD_LIMITS, RecordRefused } from './checked-fields.ts';
import { asRecord, textOf } from './read-fields.ts';
import { type AdvisoryRecord, fixRule, type Rule, type UnfixedState } from './rule.ts';

const { id: ID, name: NAME, version: VERSION } = RECORD_LIMITS;

/**
 * What Debian's security tracker says of one source package, a record for each vulnerability
 * (https://security-tracker.debian.org/tracker/data/json, a member of the document); null for another kind of value.
 * @throws RecordRefused
 */
export function readTrackerPackage(entries: Record<string, unknown>, name: string): AdvisoryRecord[] | null {
  const read = Object.entries(entries).map(([id, value]) => [id, asRecord(value)] as const);
  if (read.some(([, entry]) => entry === null || releasesOf(entry) === null)) return null;
  if (name.length > NAME) throw new RecordRefused(`The name of a package is longer than ${NAME} characters.`);
  return read.map(([id, entry]) => {
    if (id.length > ID) throw new RecordRefused(`The name of a vulnerability is longer than ${ID} characters.`);
    const advisory = plainAdvisory(id, [id], { summary: textOf(entry, 'description')?.slice(0, 1000) ?? '' });
    const releases = Object.entries(releasesOf(entry) ?? {});
    return { advisory, rules: releases.map(([release, state]) => readRelease(advisory, name, release, state)) };
  });
}

/** An empty list stands where there is no release. */
function releasesOf(entry: Record<string, unknown> | null): Record<string, unknown> | null {
  const releases = entry?.['releases'];
  return Array.isArray(releases) && releases.length === 0 ? {} : asRecord(releases);
}

function readRelease(advisory: Advisory, name: string, release: string, value: unknown): Rule {
  const state = asRecord(value);
  const status = neededText(state, 'status', NAME);
  if (!['open', 'resolved', 'undetermined'].includes(status))
    throw new RecordRefused(`The status ${JSON.stringify(status.slice(0, 60))} of ${name} is not known.`);
  if (release.length > NAME) throw new RecordRefused(`The name of a release is longer than ${NAME} characters.`);
  // A star after the word says that the tracker took it from another list.
  const severity = checkedText(state, 'urgency', NAME)?.replace(/\*+$/, '') ?? null;
  const version = status === 'resolved' ? neededText(state, 'fixed_version', VERSION) : null;
  const fixed = version === '0' ? null : version;
  const reason = checkedText(state, 'nodsa_reason', NAME);
  const unfixed = version === '0' ? 'not_affected' : unfixedOf(status, severity, reason);
  const words = textOf(state, 'nodsa')?.slice(0, NAME) ?? null;
  const fix = { platform: `debian ${release}`, name, fixed };
  const rule = fixRule('debian', advisory, fix, { names: 'source', unfixed, reason: words });
  return { ...rule, affected: { ...rule.affected, severity } };
}

/** Words of the tracker's `NoDSA` and status: https://security-team.debian.org/security_tracker.html */
function unfixedOf(status: string, urgency: string | null, reason: string | null): UnfixedState {
  if (status === 'undetermined') return 'under_investigation';
  if (urgency === 'end-of-life') return 'end_of_life';
  if (reason === 'ignored') return 'will_not_fix';
  return reason === 'postponed' ? 'fix_deferred' : 'unfixed';
}
