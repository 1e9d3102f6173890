import { rpmVersion } from '@fleetmend/domain/inventory/package-lists/rpm-list.ts';
import type { RpmOffer } from '../rpm/offers.ts';

const ARCHITECTURE = '[a-z][a-z0-9_]{2,15}';
/** `NetworkManager.x86_64    1:1.54.3-3.fc43    updates`. */
const OFFER = new RegExp(`^(\\S+)\\.(${ARCHITECTURE})\\s+(?:([0-9]+):)?([^\\s:-]+)-([^\\s:-]+)\\s+(\\S+)$`);
/** `bind-libs-32:9.8.2-0.17.rc1.el6.3.x86_64`. */
const WHOLE_NAME = new RegExp(`^(\\S+)-(?:([0-9]+):)?([^\\s:-]+)-([^\\s:-]+)\\.(${ARCHITECTURE})$`);
/** `FEDORA-2026-1 security Moderate NAME DATE TIME` of dnf 5, `RHSA-2013:0550 Moderate/Sec. NAME` of those before. */
const ADVISORY = /^(\S+)\s+(?:security\s+([A-Za-z]+)|([A-Za-z]+)\/Sec\.)\s+(\S+)(?:\s|$)/;
const LONGEST_LINE = 1000;

function offer(
  { name, architecture, version }: Pick<RpmOffer, 'name' | 'architecture' | 'version'>,
  more: Partial<RpmOffer>,
): RpmOffer {
  // These tables name no sources, and no file.
  const own = { source: name, source_version: version, repository: '', size: 0, sha256: null, advisories: [] };
  return { name, architecture, version, ...own, ...more };
}

/** Reads `dnf5 check-upgrade` and `yum check-update`: what is newer, up to where they list what would be obsoleted. */
export function parseUpgrades(text: string): RpmOffer[] {
  const [upgrades = ''] = text.split(/^Obsoleting Packages/m);
  // yum breaks a line whose name is too long for its column.
  const lines = upgrades.replace(/\n[ \t]+/g, ' ').split('\n');
  return lines.flatMap((line) => {
    if (line.length > LONGEST_LINE) return [];
    const [, name, architecture, epoch = '', version, release, repository = ''] = OFFER.exec(line.trim()) ?? [];
    if (name === undefined || architecture === undefined || version === undefined || release === undefined) return [];
    return [offer({ name, architecture, version: rpmVersion({ epoch, version, release }) }, { repository })];
  });
}

/**
 * Reads what names a security advisory and a package on each line: `dnf5 advisory list --security`, `dnf updateinfo list
 * --security`, `yum list-sec`. Advisories of other kinds are none of these.
 */
export function parseSecurity(text: string): RpmOffer[] {
  return text.split('\n').flatMap((line) => {
    if (line.length > LONGEST_LINE) return [];
    const [, id, severity, older = '', whole] = ADVISORY.exec(line.trim()) ?? [];
    if (id === undefined || whole === undefined || !WHOLE_NAME.test(whole)) return [];
    const [, name = '', epoch = '', version = '', release = '', architecture = ''] = WHOLE_NAME.exec(whole) ?? [];
    const advisory = { id, type: 'security', severity: (severity ?? older).toLowerCase(), cves: [] };
    return [
      offer({ name, architecture, version: rpmVersion({ epoch, version, release }) }, { advisories: [advisory] }),
    ];
  });
}
