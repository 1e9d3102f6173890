import { type AdvisoryRecord, fixRecord } from './rule.ts';

const HEAD = /^\[[^\]]+\]\s+(D[A-Z]+-[0-9]+(?:-[0-9]+)?)\s/;
const CVES = /^\s+\{([^}]*)\}/;
const FIX = /^\s+\[([a-z]+)\]\s+-\s+(\S+)\s+(\S+)/;

/** What a list of advisories has said so far: the lines below a heading belong to it. */
export interface DsaList {
  id: string | null;
  vulnerabilities: string[];
}

/** Whether a text begins like a list of Debian's security tracker (`data/DSA/list`, `data/DLA/list`). */
export function isDsaList(firstLine: string): boolean {
  return HEAD.test(firstLine);
}

/**
 * What one line of the list says is fixed, or null; `list` goes on with it. Lines without a version
 * (`<not-affected>`, `<unfixed>`, `<end-of-life>`) are no fix and give no rule.
 */
export function readDsaLine(list: DsaList, line: string): AdvisoryRecord | null {
  const head = HEAD.exec(line);
  if (head !== null) {
    list.id = head[1] ?? null;
    list.vulnerabilities = [];
    return null;
  }
  const cves = CVES.exec(line);
  if (cves !== null) list.vulnerabilities = (cves[1] ?? '').split(/\s+/).filter((each) => each !== '');
  const [, codename = '', name = '', fixed = ''] = FIX.exec(line) ?? [];
  if (list.id === null || name === '' || fixed.startsWith('<')) return null;
  const { id, vulnerabilities } = list;
  return fixRecord(
    'debian-dsa',
    { id, vulnerabilities, platform: `debian ${codename}`, name, fixed },
    { names: 'source' },
  );
}
