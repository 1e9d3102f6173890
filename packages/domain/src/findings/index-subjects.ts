import { packageKey } from '../advisories/package-key.ts';
import { parseCpe } from '../advisories/parse-cpe.ts';
import { cpeVersion } from '../advisories/read-nvd.ts';
import type { Rule } from '../advisories/rule.ts';
import type { Installed, InstalledInventory } from '../inventory/installed.ts';
import { WHOLE_SYSTEMS } from '../inventory/operating-system.ts';

/** What a rule may be about: a binary or a source package, and the version that its advisories speak of. */
export interface Subject {
  name: string;
  architecture: string;
  installed: string;
  compared: string;
  /** The module's name and stream (`nodejs:18`), where the inventory has its label. */
  module: string | null;
  /** Whether the system's own manager installed it, so that its distribution's advisories speak of it. */
  isOfSystem: boolean;
}

export interface Subjects {
  /** The subjects under a name; `ecosystem` in small letters, null for the system's own packages. */
  find(names: Rule['names'], ecosystem: string | null, name: string): readonly Subject[];
}

const NONE: readonly Subject[] = [];

/** The packages of an inventory by the names that advisories use. */
export function indexSubjects({ os, packages, sources }: InstalledInventory): Subjects {
  const index: Record<Rule['names'], Map<string, Subject[]>> = {
    binary: new Map(),
    source: new Map(),
    binaries_of_source: new Map(),
  };
  const system = os === null || !Object.hasOwn(WHOLE_SYSTEMS, os.family) ? undefined : WHOLE_SYSTEMS[os.family];
  if (system !== undefined) {
    const version = os?.release.replaceAll(' ', '') ?? '';
    add(index.binary, subjectKey(null, system), plainSubject(system, version));
  }
  for (const each of packages) {
    for (const { names, key, subject } of subjectsOf(each)) {
      if (names === 'source' && sources.length > 0 && each.ecosystem === null) continue;
      add(index[names], key, subject);
    }
  }
  for (const { name, version } of sources) add(index.source, subjectKey(null, name), plainSubject(name, version));
  return { find: (names, ecosystem, name) => index[names].get(subjectKey(ecosystem, name)) ?? NONE };
}

/** Everything one installed package is under: itself, in its module, its source, one of its source's binaries, its CPE. */
export function subjectsOf(each: Installed): { names: Rule['names']; key: string; subject: Subject }[] {
  const { name, architecture, version: installed, source, source_version } = each;
  const ecosystem = each.ecosystem?.toLowerCase() ?? null;
  const module = streamOf(each);
  const binary = { name, architecture, installed, compared: installed, module, isOfSystem: ecosystem === null };
  const ofSource = subjectKey(ecosystem, source);
  const found: ReturnType<typeof subjectsOf> = [
    { names: 'binary', key: subjectKey(ecosystem, name), subject: binary },
    { names: 'binaries_of_source', key: ofSource, subject: { ...binary, compared: source_version } },
    { names: 'source', key: ofSource, subject: plainSubject(source, source_version) },
  ];
  // `nodejs:12::npm`, as Trivy's database names a package of a module.
  if (module !== null)
    found.push({ names: 'binary', key: subjectKey(ecosystem, `${module}::${name}`), subject: binary });
  const cpe = parseCpe(each.cpe ?? '');
  if (cpe !== null) {
    const compared = /^[*-]$/.test(cpe.version) ? installed : cpeVersion(cpe);
    found.push({
      names: 'binary',
      key: subjectKey('cpe', `${cpe.vendor}:${cpe.product}`),
      subject: { ...binary, compared },
    });
  }
  return found;
}

/** The names of the keys that `subjectsOf` gives a package without a CPE, without the rest. */
export function ruleNames(each: Pick<Installed, 'name' | 'source' | 'module' | 'ecosystem'>): string[] {
  const ecosystem = each.ecosystem?.toLowerCase() ?? '';
  const names = [packageKey(ecosystem, each.name)];
  if (each.source !== each.name) names.push(packageKey(ecosystem, each.source));
  const module = streamOf(each);
  if (module !== null) names.push(packageKey(ecosystem, `${module}::${each.name}`));
  return names;
}

function plainSubject(name: string, version: string): Subject {
  return { name, architecture: '', installed: version, compared: version, module: null, isOfSystem: true };
}

/** One text for an ecosystem in small letters (null: the system's own) and a package's name as it is compared there. */
export function subjectKey(ecosystem: string | null, name: string): string {
  return `${ecosystem ?? ''}\n${packageKey(ecosystem ?? '', name)}`;
}

/** Name and stream of a module's label: `nodejs:12` of `nodejs:12:8030020201124152102:229f0a1c`. */
function streamOf({ module }: Pick<Installed, 'module'>): string | null {
  const [name, stream] = (module ?? '').split(':');
  return name === undefined || stream === undefined ? null : `${name}:${stream}`;
}

function add(index: Map<string, Subject[]>, key: string, subject: Subject): void {
  const there = index.get(key);
  if (there === undefined) index.set(key, [subject]);
  else if (!there.some((each) => isSame(each, subject))) there.push(subject);
}

function isSame(a: Subject, b: Subject): boolean {
  return (
    a.name === b.name && a.architecture === b.architecture && a.installed === b.installed && a.compared === b.compared
  );
}
