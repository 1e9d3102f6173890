import { platformOf } from '../advisories/csaf/csaf-platform.ts';
import { parsePurl, withEpoch } from '../advisories/parse-purl.ts';
import type { VexProduct, VexStatement } from '../advisories/vex/vex-statement.ts';
import type { Installed, OperatingSystem } from '../inventory/installed.ts';
import { platformsOf } from '../inventory/platforms.ts';
import { readPurl } from '../inventory/read-purl.ts';

/** Something that a finding is about: a package as it is installed, on its system. */
export type VexSubject = Pick<
  Installed,
  'name' | 'version' | 'architecture' | 'source' | 'source_version' | 'ecosystem' | 'cpe'
>;

/** What VEX statements say of one vulnerability in one subject: the one that counts, and those it overrules. */
export interface VexVerdict<Statement extends VexStatement = VexStatement> {
  statement: Statement;
  /** Older statements that say otherwise. */
  overruled: Statement[];
}

/** Of two statements of one time the one that closes less counts: what is not known to be safe is not. */
const CAUTION = ['fixed', 'not_affected', 'under_investigation', 'affected'];

/**
 * Makes a judge of statements. It is asked with a subject and the ids of one vulnerability, and answers with the latest
 * statement about them, or null where there is none. A statement about a part of a product counts only where the product
 * itself is there.
 */
export function createVexJudge<Statement extends VexStatement>(
  statements: readonly Statement[],
  { os, packages }: { os: OperatingSystem | null; packages: readonly VexSubject[] },
): (subject: VexSubject, vulnerabilities: readonly string[]) => VexVerdict<Statement> | null {
  const platforms = new Set(platformsOf({ os }));
  const isThere = (product: VexProduct) => {
    const system = platformOf(product.cpe, product.name ?? '');
    return (system !== null && platforms.has(system.name)) || packages.some((each) => isSame(product, each, os));
  };
  const byId = new Map<string, Statement[]>();
  for (const statement of statements) {
    const { product, subcomponents, vulnerabilities } = statement;
    if (subcomponents.length > 0 && !isThere(product)) continue;
    for (const id of vulnerabilities) byId.set(id, [...(byId.get(id) ?? []), statement]);
  }
  return (subject, vulnerabilities) => {
    const about = new Set(vulnerabilities.flatMap((id) => byId.get(id) ?? []));
    const [statement, ...older] = [...about].filter((each) => isAbout(each, subject, os)).sort(latestFirst);
    if (statement === undefined) return null;
    return { statement, overruled: older.filter(({ status }) => status !== statement.status) };
  };
}

function isAbout({ product, subcomponents }: VexStatement, subject: VexSubject, os: OperatingSystem | null): boolean {
  return subcomponents.length === 0
    ? isSame(product, subject, os)
    : subcomponents.some((each) => isSame(each, subject, os));
}

/** Whether a statement says that nothing is left to do. */
export function isClosing({ status }: VexStatement): boolean {
  return status === 'not_affected' || status === 'fixed';
}

function latestFirst(a: VexStatement, b: VexStatement): number {
  const [x, y] = [a.timestamp ?? '', b.timestamp ?? ''];
  if (x !== y) return x < y ? 1 : -1;
  return CAUTION.indexOf(b.status) - CAUTION.indexOf(a.status);
}

/**
 * Whether a product is the subject: by its package URL, whose version and qualifiers count as far as it has them; else by its
 * CPE; else by a name with a version. A name alone is not enough to close anything.
 */
function isSame({ purl, cpe, name, version }: VexProduct, subject: VexSubject, os: OperatingSystem | null): boolean {
  if (purl !== null) return isSamePurl(purl, subject, os);
  if (cpe !== null) return subject.cpe !== null && isSameCpe(cpe, subject.cpe);
  return name !== null && version !== null && name === subject.name && version === subject.version;
}

function isSamePurl(text: string, subject: VexSubject, os: OperatingSystem | null): boolean {
  const purl = parsePurl(text);
  if (purl === null) return false;
  const { version, qualifiers } = purl;
  // The version is looked at below: any stands for one that is not said.
  const read = readPurl(version === null ? withVersion(text) : text);
  if (read === null || read.installed.ecosystem !== subject.ecosystem) return false;
  const isSource = ['source', 'src'].includes(qualifiers.get('arch') ?? '');
  const full = version === null ? null : withEpoch(version, qualifiers.get('epoch'));
  const isNamed = (name: string, installed: string) =>
    normalized(read.installed.name, subject.ecosystem) === normalized(name, subject.ecosystem) &&
    (full === null || full === installed);
  const isSubject =
    isNamed(subject.name, subject.version) || (isSource && isNamed(subject.source, subject.source_version));
  if (!isSubject || subject.ecosystem !== null) return isSubject;
  const architecture = qualifiers.get('arch') ?? '';
  const isOther =
    !isSource && architecture !== '' && subject.architecture !== '' && architecture !== subject.architecture;
  return !isOther && isSameSystem(read.os, purl.namespace[0] ?? '', os);
}

/** A version for a package URL that has none, before its qualifiers. */
function withVersion(text: string): string {
  return text.replace(/(?=[?#]|$)/, '@any');
}

/** By its release where it names one, else by the distribution alone. */
function isSameSystem(named: OperatingSystem | null, namespace: string, os: OperatingSystem | null): boolean {
  if (os === null) return false;
  const own = new Set(platformsOf({ os }));
  if (named !== null) return platformsOf({ os: named }).some((each) => own.has(each));
  return platformsOf({ os: { ...os, family: namespace.toLowerCase() } }).some((each) => own.has(each));
}

/** PyPI's names are equal whatever their case and separators; NuGet's and Packagist's whatever their case. */
function normalized(name: string, ecosystem: string | null): string {
  if (ecosystem === 'PyPI') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return ecosystem === 'NuGet' || ecosystem === 'Packagist' ? name.toLowerCase() : name;
}

/** Vendor, product and version, the last where the statement has one (https://nvd.nist.gov/products/cpe). */
function isSameCpe(stated: string, installed: string): boolean {
  const [wanted, own] = [cpeParts(stated), cpeParts(installed)];
  return wanted.slice(0, 3).every((part, at) => part === own[at]) && ['', '*', '-', own[3]].includes(wanted[3]);
}

function cpeParts(cpe: string): (string | undefined)[] {
  const parts = cpe.replace(/^cpe:(2\.3:|\/)/, '').split(/(?<!\\):/);
  return [parts[0], parts[1], parts[2], parts[3] ?? ''];
}
