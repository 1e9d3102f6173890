import type { MsrcRow, VendorUpdate } from '../advisories/read-msrc.ts';
import type { WindowsInventory } from '../inventory/installed.ts';
import { compareWindows, parseWindows } from '../versions/windows.ts';
import type { MatchedFinding } from './match-finding.ts';

/** An update to install, and what it ends. `kb` is empty for vulnerabilities whose rows name no update. */
export interface MissingUpdate {
  kb: string;
  vulnerabilities: string[];
  rows: { cve: string; component: string; severity: string; impact: string }[];
}

export interface WindowsMatch {
  /** One for each open vulnerability. */
  findings: MatchedFinding[];
  /** The newest updates that are missing: none of them is replaced by another. */
  missing_updates: MissingUpdate[];
  /** How many vulnerabilities of the product are closed by an installed update. */
  closed: number;
}

/** Holds Microsoft's rows against one machine, one after the other; `result` once all are there. */
export function createWindowsMatcher(windows: WindowsInventory): { add(row: MsrcRow): void; result(): WindowsMatch } {
  const isOfProduct = productTest(windows);
  const replaces = new Map<string, Set<string>>();
  const rows: MsrcRow[] = [];
  return {
    add(row) {
      for (const old of row.supersedes) addTo(replaces, row.kb, old);
      if (isOfProduct(row.product)) rows.push(row);
    },
    result() {
      const present = presentUpdates(windows, rows);
      const done = reach(present, replaces);
      const missing_updates = missingUpdates(rows, present);
      const open = openVulnerabilities(rows, done);
      const findings = [...open].map(([cve, kbs]) =>
        describe(windows, cve, kbs, newestOf(missing_updates, kbs, replaces)),
      );
      return { findings, missing_updates, closed: countNamed(rows) - open.size };
    },
  };
}

/** Updates that are there, and all that they replace. */
export function doneUpdates(windows: Machine, known: readonly VendorUpdate[]): Set<string> {
  const replaces = new Map<string, Set<string>>();
  for (const { kb, supersedes } of known) for (const old of supersedes) addTo(replaces, kb, old);
  return reach(presentUpdates(windows, known), replaces);
}

type Machine = Pick<WindowsInventory, 'build' | 'installed_kbs'>;

/** Updates that a machine lists, and those that its own build shows to be there: the list may be cut short. */
function presentUpdates({ build, installed_kbs }: Machine, known: readonly VendorUpdate[]): string[] {
  return [...installed_kbs, ...reachedBy(build, known)];
}

function reachedBy(build: string, rows: readonly VendorUpdate[]): string[] {
  const own = parseWindows(build);
  if (own?.length !== 4) return [];
  return rows.flatMap(({ kb, fixed_build }) => {
    const fixed = fixed_build === null ? null : parseWindows(fixed_build);
    const isOfLine = fixed?.length === 4 && fixed.slice(0, 3).join() === own.slice(0, 3).join();
    return fixed !== null && isOfLine && compareWindows(own, fixed) >= 0 ? [kb] : [];
  });
}

/**
 * Rows name the product within a longer text ("… on Windows 10 …", "… (Server Core installation)"). A name without a
 * service pack does not stand for the product with one, nor 2012 for 2012 R2. A name that was worked out here is looked
 * for in any case of letters, since the rows write `Systems` and `systems`.
 */
function productTest({ product, is_stated }: WindowsInventory): (text: string) => boolean {
  const wanted = is_stated ? product : product.toLowerCase();
  const others = [' Service Pack', ' R2'].filter((word) => !product.includes(word));
  const excluded = others.map((word) => (is_stated ? product + word : (product + word).toLowerCase()));
  return (text) => {
    const given = is_stated ? text : text.toLowerCase();
    return given.includes(wanted) && !excluded.some((each) => given.includes(each));
  };
}

/** A vulnerability is open when rows name updates for it and none of those is there or replaced by one that is. */
function openVulnerabilities(rows: readonly MsrcRow[], done: ReadonlySet<string>): Map<string, Set<string>> {
  const open = new Map<string, Set<string>>();
  const closed = new Set<string>();
  for (const { cve, kb } of rows.filter(isNamed)) {
    if (done.has(kb)) closed.add(cve);
    else addTo(open, cve, kb);
  }
  for (const cve of closed) open.delete(cve);
  return open;
}

function countNamed(rows: readonly MsrcRow[]): number {
  return new Set(rows.filter(isNamed).map(({ cve }) => cve)).size;
}

/** Advisories of Microsoft's own (`ADV…`) and service packs are rows too, and are no vulnerabilities. */
function isNamed({ cve, kb }: MsrcRow): boolean {
  return kb !== '' && cve.startsWith('CVE-');
}

/** Among the product's own rows: neither installed nor replaced, by what is installed or by another that is missing. */
function missingUpdates(rows: readonly MsrcRow[], installed: readonly string[]): MissingUpdate[] {
  const replaces = new Map<string, Set<string>>();
  for (const { kb, supersedes } of rows) for (const old of supersedes) addTo(replaces, kb, old);
  const done = reach(installed, replaces);
  const left = rows.filter(({ kb }) => !done.has(kb));
  const replaced = reach(new Set(left.flatMap(({ supersedes }) => supersedes)), replaces);
  const updates = new Map<string, MissingUpdate>();
  const seen = new Set<string>();
  for (const { cve, kb, component, severity, impact } of left) {
    const key = [cve, kb, component, severity, impact].join('\n');
    if (replaced.has(kb) || seen.has(key)) continue;
    seen.add(key);
    const update = updates.get(kb) ?? { kb, vulnerabilities: [], rows: [] };
    updates.set(kb, update);
    if (!update.vulnerabilities.includes(cve)) update.vulnerabilities.push(cve);
    update.rows.push({ cve, component, severity, impact });
  }
  return [...updates.values()].sort((a, b) => compareNumbers(a.kb, b.kb));
}

/** The missing update that brings one of these along, the highest number first. */
function newestOf(
  updates: readonly MissingUpdate[],
  kbs: ReadonlySet<string>,
  replaces: ReadonlyMap<string, Set<string>>,
): string | null {
  const bringing = updates.filter(
    ({ kb }) => /^[0-9]+$/.test(kb) && [...reach([kb], replaces)].some((each) => kbs.has(each)),
  );
  return bringing.at(-1)?.kb ?? null;
}

function describe(
  windows: WindowsInventory,
  cve: string,
  kbs: ReadonlySet<string>,
  newest: string | null,
): MatchedFinding {
  const named = [...kbs].map((kb) => `KB${kb}`).join(', ');
  const fixed = newest ?? [...kbs][0] ?? null;
  return {
    advisory: cve,
    package: windows.product,
    architecture: '',
    installed: windows.build,
    fixed: fixed === null ? null : `KB${fixed}`,
    vulnerabilities: [cve],
    vendor_ids: [...kbs].map((kb) => `KB${kb}`),
    state: 'affected',
    feed: 'msrc',
    platform: 'windows',
    rule: 'supersedence',
    why: `${windows.product}: none of ${named} is installed, nor an update that replaces one of them`,
  };
}

/** Numbers of updates are as long as they are late; what is no number ("Update Information") comes last. */
function compareNumbers(a: string, b: string): number {
  const isWord = (text: string) => Number(!/^[0-9]*$/.test(text));
  return isWord(a) - isWord(b) || a.length - b.length || Number(a > b) - Number(a < b);
}

/** All that can be reached from these, themselves included; a circle ends where it began. */
function reach(from: Iterable<string>, edges: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const seen = new Set(from);
  for (const each of seen) for (const next of edges.get(each) ?? []) seen.add(next);
  return seen;
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, new Set([value]));
  else there.add(value);
}
