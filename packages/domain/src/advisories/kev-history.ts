import type { KevEvent, VulnerabilityFacts } from './vulnerability-facts.ts';

type Listed = Pick<VulnerabilityFacts, 'known_exploited' | 'kev_history'>;

/** When this server learned that a vulnerability which is listed now was listed; null where nobody has watched. */
export function listedHereSince({ known_exploited, kev_history }: Listed): string | null {
  return known_exploited === null ? null : lastOf(kev_history, 'listed');
}

/** When this server learned that ransomware uses it; null where it does not, or nobody has watched. */
export function ransomwareHereSince({ known_exploited, kev_history }: Listed): string | null {
  return known_exploited?.is_ransomware === true ? lastOf(kev_history, 'ransomware_known') : null;
}

/** When this server learned that a vulnerability had been taken out of the catalogue; null where it stands in it or never did. */
export function removedHereAt({ known_exploited, kev_history }: Listed): string | null {
  return known_exploited === null ? lastOf(kev_history, 'removed') : null;
}

function lastOf(history: readonly KevEvent[], kind: KevEvent['kind']): string | null {
  return history.findLast((each) => each.kind === kind)?.at ?? null;
}

/** What happened to a vulnerability in CISA's catalogue, in words that name the day on which this server learned of it. */
export function describeKevEvent(id: string, { kind, at, date_added }: KevEvent): string {
  const here = `known here since ${at.slice(0, 10)}`;
  switch (kind) {
    case 'listed':
      return `${id} is listed in KEV since ${date_added}, ${here}`;
    case 'removed':
      return `${id} was taken out of KEV, ${here}`;
    case 'ransomware_known':
      return `${id} is used by ransomware, ${here}`;
    case 'ransomware_unknown':
      return `${id} is no longer marked as used by ransomware, ${here}`;
    case 'due_date_changed':
      return `CISA changed the due date of ${id}, ${here}`;
  }
}
