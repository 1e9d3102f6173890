import { compareDotted, parseDotted } from '../versions/dotted.ts';
import { plainAdvisory } from './advisory.ts';
import { textOf, textsOf } from './read-fields.ts';
import { lineOf } from './read-sofa.ts';
import { type AdvisoryRecord, fixRule } from './rule.ts';

/** Apps of the Mac among Apple's products, as an inventory names them. */
const APPS = ['Safari', 'Xcode', 'GarageBand', 'Logic Pro'];
const SYSTEMS = ['macOS', 'iOS', 'tvOS', 'watchOS', 'visionOS'];

/**
 * One vulnerability with the first fixed version of each line, as SOFA lists all of Apple's
 * (`apple_cves_with_context.ndjson`). @returns null for another record
 */
export function readAppleCve(record: Record<string, unknown>): AdvisoryRecord[] | null {
  const id = textOf(record, 'cve_id');
  if (id === null || !Array.isArray(record['os_versions_with_fix'])) return null;
  const date = textOf(record, 'first_fix_date');
  const published = date !== null && /^\d{4}-\d\d-\d\d$/.test(date) ? `${date}T00:00:00.000Z` : null;
  const advisory = plainAdvisory(id, [id], { published, is_exploited: record['is_actively_exploited'] === true });
  const fixes = new Map<string, { platform: string; name: string; fixed: string }>();
  for (const text of [...textsOf(record, 'os_versions_with_fix'), ...textsOf(record, 'app_versions_with_fix')]) {
    for (const fix of readFix(text)) {
      const key = `${fix.platform}\n${fix.name}`;
      const before = fixes.get(key);
      if (before === undefined || isBelow(fix.fixed, before.fixed)) fixes.set(key, fix);
    }
  }
  return [{ advisory, rules: [...fixes.values()].map((fix) => fixRule('apple', advisory, fix)) }];
}

/** `macOS 15.6.1`, `Safari 18.6`. Updates of iOS are iPadOS's too. */
function readFix(text: string): { platform: string; name: string; fixed: string }[] {
  const [, product = '', fixed = ''] = /^(.+) ([0-9][0-9.]*)$/.exec(text) ?? [];
  if (APPS.includes(product)) return [{ platform: 'macos', name: product, fixed }];
  if (!SYSTEMS.includes(product)) return [];
  const names = product === 'iOS' ? ['iOS', 'iPadOS'] : [product];
  return names.map((name) => ({ platform: `${name.toLowerCase()} ${lineOf(fixed)}`, name, fixed }));
}

function isBelow(a: string, b: string): boolean {
  const [x, y] = [parseDotted(a), parseDotted(b)];
  return x !== null && y !== null && compareDotted(x, y) < 0;
}
