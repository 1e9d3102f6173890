import { parsePurl, withEpoch } from '../parse-purl.ts';
import { asRecord, listOf, recordsOf, textOf } from '../read-fields.ts';
import { type CsafPlatform, platformOf } from './csaf-platform.ts';

/** A package on a system, as one product id of a CSAF document names it. */
export interface CsafComponent {
  platform: CsafPlatform;
  name: string;
  /** Epoch, version and release; null where the product is the package in any version. */
  version: string | null;
  /** `src` is the source package; null where it is not told whether a source or a binary is meant. */
  architecture: string | null;
  /** Name and stream: `ruby:2.7`. */
  module: string | null;
}

interface Product {
  name: string;
  cpe: string | null;
  purl: string | null;
}

interface Relationship {
  component: string;
  platform: string;
}

/** Products may be parts of parts: a package of a module of a repository. More than this is no product tree. */
const MAX_PARTS = 8;

/** The product tree of a CSAF document (section 3.2.2), to be asked for the package behind a product id. */
export function readProducts(tree: Record<string, unknown> | null): (id: string) => CsafComponent | null {
  const products = collectProducts(tree);
  const relationships = new Map<string, Relationship>();
  for (const each of recordsOf(tree, 'relationships')) {
    const id = textOf(asRecord(each['full_product_name']), 'product_id');
    const component = textOf(each, 'product_reference');
    const platform = textOf(each, 'relates_to_product_reference');
    if (id !== null && component !== null && platform !== null) relationships.set(id, { component, platform });
  }
  return (id) => {
    const parts = partsOf(id, relationships).map((part) => products.get(part));
    const [platform] = parts.flatMap((part) => (part === undefined ? [] : (platformOf(part.cpe, part.name) ?? [])));
    const component = parts[0];
    if (platform === undefined || component === undefined || parts.length < 2) return null;
    const read = readComponent(component);
    if (read === null) return null;
    const module =
      read.module ?? parts.map((part) => (part === undefined ? null : moduleOf(part))).find(isText) ?? null;
    return { ...read, module, platform };
  };
}

/** The products a product id stands for, the package first, what it is a part of after it. */
function partsOf(id: string, relationships: ReadonlyMap<string, Relationship>): string[] {
  const parts: string[] = [];
  const waiting = [id];
  while (waiting.length > 0 && parts.length < MAX_PARTS) {
    const next = waiting.shift() ?? '';
    const relationship = relationships.get(next);
    if (relationship === undefined) parts.push(next);
    else waiting.unshift(relationship.component, relationship.platform);
    if (waiting.length > MAX_PARTS) break;
  }
  return parts;
}

/** All products by id; the tree is walked without recursion, so that a deep one costs no stack. */
function collectProducts(tree: Record<string, unknown> | null): Map<string, Product> {
  const products = new Map<string, Product>();
  const waiting = recordsOf(tree, 'branches');
  const named = recordsOf(tree, 'full_product_names');
  for (let branch = waiting.pop(); branch !== undefined; branch = waiting.pop()) {
    for (const each of recordsOf(branch, 'branches')) waiting.push(each);
    const product = asRecord(branch['product']);
    if (product !== null) named.push(product);
  }
  for (const each of named) {
    const id = textOf(each, 'product_id');
    const helper = asRecord(each['product_identification_helper']);
    // CSAF 2.1 lists package URLs where 2.0 has one.
    const [first] = listOf(helper, 'purls').filter(isText);
    const purl = textOf(helper, 'purl') ?? first ?? null;
    if (id !== null) products.set(id, { name: textOf(each, 'name') ?? id, cpe: textOf(helper, 'cpe'), purl });
  }
  return products;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** The stream of a product that is a module itself: `pkg:rpmmod/redhat/ruby@2.7:8080020230427102918:63b34585`. */
function moduleOf({ purl }: Product): string | null {
  const parsed = purl === null ? null : parsePurl(purl);
  return parsed?.type === 'rpmmod' && parsed.version !== null ? streamOf(`${parsed.name}:${parsed.version}`) : null;
}

function streamOf(label: string): string | null {
  const [, name, stream] = /^([^:]+):([^:]+)/.exec(label) ?? [];
  return name === undefined || stream === undefined ? null : `${name}:${stream}`;
}

type Package = Omit<CsafComponent, 'platform'>;

/** The package a product is: by its package URL, else by its name as rpm writes it. */
function readComponent({ name: text, purl: url }: Product): Package | null {
  const [, stream = null, own = text] = /^([^/\s]+:[^/\s]+)\/(\S+)$/.exec(text) ?? [];
  if (url === null) return { ...readName(own), module: stream };
  const purl = parsePurl(url);
  if (purl === null || purl.type !== 'rpm') return null;
  const { name, qualifiers } = purl;
  const module = streamOf(qualifiers.get('rpmmod') ?? '') ?? stream;
  // Red Hat writes the stream of a module without a build into the place of the version.
  const hasVersion = purl.version?.includes('-') === true;
  const version = purl.version !== null && hasVersion ? withEpoch(purl.version, qualifiers.get('epoch')) : null;
  return { name, version, architecture: qualifiers.get('arch') ?? 'any', module };
}

const ARCHITECTURES = 'x86_64|i[3-6]86|aarch64|noarch|ppc|ppc64|ppc64le|s390|s390x|ia64|armv7hl|riscv64|src';
const NEVRA = new RegExp(`^(.+)-(?:([0-9]+):)?([^-:]+)-([^-]+)\\.(${ARCHITECTURES})(?:\\.rpm)?$`);

/** `telnet-1:0.17-65.el7_6.x86_64`, SUSE's `curl-8.0.1-150400.5.50.1`, `curl.src`, or only a name. */
function readName(text: string): Omit<Package, 'module'> {
  const [, name, epoch, version, release, architecture] = NEVRA.exec(text) ?? [];
  if (name !== undefined && architecture !== undefined)
    return { name, version: withEpoch(`${version}-${release}`, epoch), architecture };
  const [, plain, number] = /^(.+?)-([0-9][^-]*-[0-9][^-]*)$/.exec(text) ?? [];
  if (plain !== undefined && number !== undefined) return { name: plain, version: number, architecture: 'any' };
  const source = /^(.+)\.src$/.exec(text)?.[1];
  return { name: source ?? text, version: null, architecture: source === undefined ? null : 'src' };
}
