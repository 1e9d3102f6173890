import { schemeOfPlatform } from '@fleetmend/domain/findings/scheme-of-platform.ts';
import { takeChangedKeys } from '../advisories/advisory.store.ts';
import { requestFindings } from '../inventory/request-findings.ts';
import type { Ctx } from '../platform/context.ts';
import { listSystems, readNamed } from './match.queries.ts';
import { matchPackages, platformsIn } from './match-packages.ts';
import { readFleetIndex } from './read-fleet-index.ts';

/**
 * Brings the matches in line with what advisories say now: only packages of which something else is said are looked at, and
 * only machines that have one of which something else came out are asked for their findings anew. The caller holds the lock
 * on findings.
 */
export async function rematch(ctx: Ctx): Promise<void> {
  const keys = await takeChangedKeys(ctx.db);
  for (const system of await listSystems(ctx.db)) {
    const own = new Set(platformsIn(system));
    const packages = keys.filter(({ platform }) => own.has(platform) || isLanguage(platform)).map((key) => key.package);
    if (packages.length === 0) continue;
    const named = await readNamed(ctx.db, system, [...new Set(packages)]);
    const touched = await matchPackages(ctx.db, system, named);
    if (touched.length === 0) continue;
    const index = await readFleetIndex(ctx);
    await requestFindings(ctx, index.assetsWith(system, touched));
  }
}

/** What no distribution's name is: packages of languages are the same on every system. */
function isLanguage(platform: string): boolean {
  return !['deb', 'rpm', 'apk', 'alpm'].includes(schemeOfPlatform(platform) ?? '');
}
