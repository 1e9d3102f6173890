import { plainAdvisory } from './advisory.ts';
import type { LineReader } from './advisory-form.ts';
import { type AdvisoryRecord, fixRule } from './rule.ts';

const HEAD = /^\[([^\]]+)\]\s+(D[A-Z]+-[0-9]+(?:-[0-9]+)?)\s(.*)$/;
const CVES = /^\s+\{([^}]*)\}/;
const FIX = /^\s+\[([a-z]+)\]\s+-\s+(\S+)\s+(\S+)/;

/** Whether a text begins like a list of Debian's security tracker (`data/DSA/list`, `data/DLA/list`). */
export function isDsaList(firstLine: string): boolean {
  return HEAD.test(firstLine);
}

/**
 * Reads such a list: a heading names an advisory, the lines below it what it is about and what it fixes. Lines without a
 * version (`<not-affected>`, `<unfixed>`, `<end-of-life>`) are no fix and give no record.
 */
export function openDsaList(): LineReader {
  let advisory = plainAdvisory('', []);
  function take(line: string): AdvisoryRecord[] {
    const [, date = '', id, title = ''] = HEAD.exec(line) ?? [];
    if (id !== undefined) {
      const time = Date.parse(`${date} UTC`);
      const published = Number.isNaN(time) ? null : new Date(time).toISOString();
      advisory = plainAdvisory(id, [], { summary: title.trim().slice(0, 1000), published });
      return [];
    }
    const named = CVES.exec(line)?.[1];
    if (named !== undefined)
      advisory = { ...advisory, vulnerabilities: named.split(/\s+/).filter((each) => each !== '') };
    const [, codename = '', name = '', fixed = ''] = FIX.exec(line) ?? [];
    if (advisory.id === '' || name === '' || fixed.startsWith('<')) return [];
    const fix = { platform: `debian ${codename}`, name, fixed };
    return [{ advisory, rules: [fixRule('debian-dsa', advisory, fix, { names: 'source' })] }];
  }
  return { take, end: () => [] };
}
