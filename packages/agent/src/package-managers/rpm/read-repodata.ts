import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { readSourceRpm, rpmVersion } from '@fleetmend/domain/inventory/package-lists/rpm-list.ts';
import { xmlAttributes, xmlElement, xmlTags } from '../read-xml.ts';
import type { RpmAdvisory, RpmOffer } from './offers.ts';

const MAX_ELEMENT = 16 * 1024 * 1024;
const MAX_TOTAL = 2 * 1024 * 1024 * 1024;
const CVE = /^CVE-\d{4}-\d{4,19}$/;

/** What the indexes of one repository say (https://createrepo.baseurl.org): repomd.xml names the files that count. */
interface Repodata {
  repository: string;
  primary: string | null;
  updateinfo: string | null;
}

/** The repositories below a folder in which each has one of its alias, as zypper keeps them. */
export function findRepodata(folder: string): Repodata[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((alias) => {
    const index = join(folder, alias, 'repodata/repomd.xml');
    if (!existsSync(index)) return [];
    const text = readFileSync(index, 'utf8').slice(0, MAX_ELEMENT);
    const path = (type: string) => {
      const block = new RegExp(`<data type="${type}">[\\s\\S]*?</data>`).exec(text)?.[0] ?? '';
      const href = xmlAttributes(xmlTags(block, 'location')[0] ?? '').get('href');
      // Only a file of that very folder: an index names no other.
      return href === undefined || !/^repodata\/[\w.+-]+$/.test(href) ? null : join(folder, alias, href);
    };
    return [{ repository: alias, primary: path('primary'), updateinfo: path('updateinfo') }];
  });
}

function openCompressed(path: string): Readable {
  const file = createReadStream(path);
  if (path.endsWith('.gz')) return file.pipe(createGunzip());
  if (path.endsWith('.zst')) return file.pipe(createZstdDecompress());
  if (path.endsWith('.xml')) return file;
  throw new Error(`${path} is compressed in a way the agent does not read`);
}

/** Each whole element of this name in a file, one after the other, however large the file is. */
async function* elements(path: string, name: string): AsyncGenerator<string> {
  const [open, close] = [`<${name} `, `</${name}>`];
  let held = '';
  let total = 0;
  for await (const chunk of openCompressed(path).setEncoding('utf8')) {
    held += chunk;
    total += chunk.length;
    for (let end = held.indexOf(close); end >= 0; end = held.indexOf(close)) {
      const start = held.indexOf(open);
      if (start >= 0 && start < end) yield held.slice(start, end);
      held = held.slice(end + close.length);
    }
    if (held.length > MAX_ELEMENT || total > MAX_TOTAL) throw new Error(`${path} is larger than an index can be`);
  }
}

/** What the repositories below a folder offer of these names, each with the advisories that name it. */
export async function readOffers(
  folder: string,
  names: ReadonlySet<string>,
): Promise<{ offers: RpmOffer[]; has_advisories: boolean }> {
  const offers: RpmOffer[] = [];
  let has_advisories = false;
  for (const { repository, primary, updateinfo } of findRepodata(folder)) {
    const advisories = updateinfo === null ? new Map<string, RpmAdvisory[]>() : await readUpdateinfo(updateinfo, names);
    has_advisories ||= updateinfo !== null;
    if (primary === null) continue;
    for await (const element of elements(primary, 'package')) {
      const name = xmlElement(element, 'name');
      if (!names.has(name)) continue;
      const offer = readPackage(element, { name, repository });
      offers.push({ ...offer, advisories: advisories.get(offerKey(offer)) ?? [] });
    }
  }
  return { offers, has_advisories };
}

function offerKey({ name, architecture, version }: { name: string; architecture: string; version: string }): string {
  return `${name}\n${architecture}\n${version}`;
}

function readPackage(element: string, { name, repository }: { name: string; repository: string }): RpmOffer {
  const attributes = xmlAttributes(xmlTags(element, 'version')[0] ?? '');
  const epoch = attributes.get('epoch') ?? '0';
  const version = rpmVersion({ epoch, version: attributes.get('ver') ?? '', release: attributes.get('rel') ?? '' });
  const source = readSourceRpm(xmlElement(element, 'rpm:sourcerpm'), epoch) ?? {
    source: name,
    source_version: version,
  };
  const size = Number(xmlAttributes(xmlTags(element, 'size')[0] ?? '').get('package'));
  const digest = /<checksum type="sha256"[^>]*>([0-9a-f]{64})<\/checksum>/.exec(element)?.[1] ?? null;
  return {
    name,
    architecture: xmlElement(element, 'arch'),
    version,
    ...source,
    repository,
    size: Number.isSafeInteger(size) ? size : 0,
    sha256: Number.isSafeInteger(size) ? digest : null,
    advisories: [],
  };
}

async function readUpdateinfo(path: string, names: ReadonlySet<string>): Promise<Map<string, RpmAdvisory[]>> {
  const found = new Map<string, RpmAdvisory[]>();
  for await (const element of elements(path, 'update')) {
    const packages = xmlTags(element, 'package')
      .map(xmlAttributes)
      .filter((attributes) => names.has(attributes.get('name') ?? ''));
    if (packages.length === 0) continue;
    const advisory = readAdvisory(element);
    for (const attributes of packages) {
      const field = (name: string) => attributes.get(name) ?? '';
      const version = rpmVersion({ epoch: field('epoch'), version: field('version'), release: field('release') });
      const key = offerKey({ name: field('name'), architecture: field('arch'), version });
      found.set(key, [...(found.get(key) ?? []), advisory]);
    }
  }
  return found;
}

function readAdvisory(element: string): RpmAdvisory {
  const references = xmlTags(element, 'reference').map(xmlAttributes);
  const ids = references.filter((each) => each.get('type') === 'cve').map((each) => each.get('id') ?? '');
  return {
    id: xmlElement(element, 'id').slice(0, 200),
    type: xmlAttributes(/^<update [^>]*>/.exec(element)?.[0] ?? '').get('type') ?? '',
    severity: xmlElement(element, 'severity').toLowerCase() || null,
    // SUSE writes several ids, or one with words behind it, into one reference.
    cves: [...new Set(ids.flatMap((id) => id.match(/CVE-\d{4}-\d{4,19}/g) ?? []))].filter((id) => CVE.test(id)),
  };
}
