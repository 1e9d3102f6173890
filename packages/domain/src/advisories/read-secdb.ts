import { plainAdvisory } from './advisory.ts';
import {
  checkedRecord,
  checkedRecords,
  checkedTexts,
  neededText,
  RECORD_LIMITS,
  RecordRefused,
} from './checked-fields.ts';
import { textOf } from './read-fields.ts';
import { type AdvisoryRecord, fixRule } from './rule.ts';

const { affected: PACKAGES, aliases: FIXES, id: ID, name: NAME, version: VERSION } = RECORD_LIMITS;

/**
 * What Alpine's secdb says for one release (https://secdb.alpinelinux.org), a record for each fix; null for another
 * document. Under the version `0` stand vulnerabilities that the package never had. @throws RecordRefused
 */
export function readSecdb(document: Record<string, unknown>): AdvisoryRecord[] | null {
  if (textOf(document, 'distroversion') === null || !Object.hasOwn(document, 'packages')) return null;
  const platform = `alpine ${neededText(document, 'distroversion', ID).replace(/^v/, '')}`;
  return checkedRecords(document, 'packages', PACKAGES).flatMap((entry) => {
    const pkg = checkedRecord(entry, 'pkg');
    const name = neededText(pkg, 'name', NAME);
    const secfixes = checkedRecord(pkg, 'secfixes') ?? {};
    return Object.keys(secfixes).flatMap((fixed) => {
      if (fixed.length > VERSION) throw new RecordRefused(`A version of ${name} is longer than ${VERSION} characters.`);
      return checkedTexts(secfixes, fixed, FIXES, NAME).flatMap((line) => readFix(line, { platform, name, fixed }));
    });
  });
}

/** A line names one vulnerability in the ways of several lists, and has room for remarks: `CVE-2018-3639 XSA-263`. */
function readFix(line: string, fix: { platform: string; name: string; fixed: string }): AdvisoryRecord[] {
  const ids = line.split(/\s+/).filter((word) => /^[A-Z]{2,}(-[A-Za-z0-9]+)+$/.test(word));
  const [id] = ids;
  if (id === undefined) return [];
  const cves = ids.filter((each) => each.startsWith('CVE-'));
  const advisory = plainAdvisory(id, cves.length > 0 ? cves : [id], { aliases: ids.slice(1) });
  const isNever = fix.fixed === '0';
  const details = { names: 'binaries_of_source', unfixed: isNever ? 'not_affected' : 'unfixed' } as const;
  const rule = fixRule('alpine-secdb', advisory, { ...fix, fixed: isNever ? null : fix.fixed }, details);
  return [{ advisory, rules: [rule] }];
}
