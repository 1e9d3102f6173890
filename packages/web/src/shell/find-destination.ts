import { isAdvisoryId } from '@fleetmend/domain/advisories/advisory-page.ts';

export type Destination =
  | { kind: 'change' | 'rollout' | 'asset' | 'advisory'; id: string }
  | { kind: 'patches'; search: string };

/**
 * Where a search leads: `CH-12` to a change, `RO-3` to a rollout, `@web-01` to a machine, an id of
 * an advisory or a CVE to what feeds say of it, anything else to the patches.
 */
export function findDestination(text: string): Destination | null {
  const words = text.trim();
  if (words === '' || words === '@') return null;
  if (/^ch-\d+$/i.test(words)) return { kind: 'change', id: words.toUpperCase() };
  if (/^ro-\d+$/i.test(words)) return { kind: 'rollout', id: words.toUpperCase() };
  if (words.startsWith('@')) return { kind: 'asset', id: words.slice(1) };
  if (isAdvisoryId(words)) return { kind: 'advisory', id: words };
  return { kind: 'patches', search: words };
}
