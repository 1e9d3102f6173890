import type { AvailableUpdate, Software } from '@fleetmend/domain/inventory/asset.ts';
import { compareIn } from '@fleetmend/domain/versions/ecosystems.ts';
import { runCommand } from '../../platform/run-command.ts';
import type { Installed } from '../package-manager.ts';
import { cachedCves } from './changelog-cache.ts';
import { aptArguments, aptComplaints } from './own-lists.ts';
import { isSecurityRelease, type OfferedVersion, originText } from './parse-policy.ts';
import { parseUpgradable, type Upgradable } from './parse-upgradable.ts';
import { aptName, offersOf, readIndexEntries, readOffers, refKey } from './query-index.ts';

/** A package may change architecture between versions (`all` to `amd64`); its name then still finds it. */
export function findInstalled(
  installed: readonly Software[],
  wanted: { name: string; architecture: string },
): Software | null {
  const named = installed.filter((software) => software.name === wanted.name);
  const exact = named.find((software) => software.architecture === wanted.architecture);
  if (exact) return exact;
  return named.find((software) => software.architecture === 'all' || wanted.architecture === 'all') ?? null;
}

/**
 * Exactly the packages `apt list --upgradable` names, each with where it comes from and its digest.
 * @throws Error when apt itself fails: no answer is not the same as no updates.
 */
export async function listUpdates(folder: string, installed: Installed): Promise<AvailableUpdate[]> {
  const result = await runCommand('apt', [...aptArguments(folder), 'list', '--upgradable']);
  if (result.code !== 0) throw new Error(`apt list --upgradable failed: ${aptComplaints(result.stderr)}`);
  const upgradable = parseUpgradable(result.stdout.toString('utf8'));
  const refs = upgradable.map((entry) => ({ ...entry, version: entry.candidate_version }));
  const [index, offers] = await Promise.all([readIndexEntries(folder, refs), readOffers(folder, refs.map(aptName))]);
  const updates: AvailableUpdate[] = [];
  for (const entry of upgradable) {
    const known = index.get(refKey({ ...entry, version: entry.candidate_version }));
    const now = findInstalled(installed.software, entry);
    // A list without SHA-256 (or a package gone between two commands) cannot be planned; apt's own next run settles it.
    if (!known?.sha256 || !now) continue;
    const releases =
      offersOf(offers, entry)?.find((offer) => offer.version === entry.candidate_version)?.releases ?? [];
    const update: AvailableUpdate = {
      ecosystem: 'deb',
      ...entry,
      source: known.source,
      source_installed_version: now.source_version,
      source_candidate_version: known.source_version,
      origin: originText(releases),
      suite: suiteOf(releases),
      is_security: releases.some(isSecurityRelease),
      is_held: installed.held.has(`${now.name}:${now.architecture}`),
      size: known.size,
      sha256: known.sha256,
      fix_version: fixVersion(offersOf(offers, entry) ?? [], entry),
      advisories: [],
      severity: null,
      changelog_cves: null,
    };
    updates.push({ ...update, changelog_cves: cachedCves(folder, update) });
  }
  return updates.sort(byName);
}

/** The newest version of a security release above what is installed, where the candidate itself is yet another. */
function fixVersion(
  offers: readonly OfferedVersion[],
  { installed_version, candidate_version }: Upgradable,
): string | null {
  const fixes = offers
    .filter(({ version, releases }) => version !== candidate_version && releases.some(isSecurityRelease))
    .map(({ version }) => version)
    .filter((version) => compareIn('deb', version, installed_version) === 1)
    .filter((version) => compareIn('deb', version, candidate_version) === -1);
  return fixes.sort((a, b) => compareIn('deb', b, a) ?? 0)[0] ?? null;
}

function suiteOf(releases: readonly { archive: string; codename: string; site: string }[]): string {
  const [first] = releases;
  if (!first) return '';
  return first.codename || first.archive || first.site;
}

function byName(a: Upgradable, b: Upgradable): number {
  const [left, right] = [`${a.name}:${a.architecture}`, `${b.name}:${b.architecture}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
