/** A package URL in its parts (https://github.com/package-url/purl-spec). */
export interface Purl {
  /** In small letters: `deb`, `npm`. */
  type: string;
  namespace: string[];
  name: string;
  /** Null where it names all versions. */
  version: string | null;
  qualifiers: ReadonlyMap<string, string>;
}

const PURL = /^pkg:\/*([a-zA-Z0-9.+-]+)\/([^?#]+)(?:\?([^#]*))?(?:#.*)?$/;

/** Parses a package URL; null for what is none. */
export function parsePurl(text: string): Purl | null {
  const [, type = '', path = '', query = ''] = PURL.exec(text.trim()) ?? [];
  // A scope that nobody encoded (`@angular/core`) is no version.
  const at = path.lastIndexOf('@');
  const hasVersion = at > 0 && !path.slice(at).includes('/') && path[at - 1] !== '/';
  const names = (hasVersion ? path.slice(0, at) : path).split('/').filter((each) => each !== '');
  const version = hasVersion ? decode(path.slice(at + 1)) : '';
  const name = names.pop();
  if (type === '' || name === undefined) return null;
  const qualifiers = new Map(query.split('&').map(pairOf));
  const namespace = names.map(decode);
  return { type: type.toLowerCase(), namespace, name: decode(name), version: version || null, qualifiers };
}

/** Writes a package URL; qualifiers in alphabetical order, empty ones left out. */
export function writePurl({ type, namespace, name, version, qualifiers }: Purl): string {
  const path = [...namespace, name].map(encode).join('/');
  const query = [...qualifiers]
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => Number(a > b) - Number(a < b))
    .map(([key, value]) => `${key}=${encode(value)}`);
  return `pkg:${type}/${path}${version === null ? '' : `@${encode(version)}`}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

/** A version with the epoch that a package URL of rpm's or dpkg's states beside it. */
export function withEpoch(version: string, epoch: string | undefined): string {
  return epoch === undefined || epoch === '0' || version.includes(':') ? version : `${epoch}:${version}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at).toLowerCase(), decode(text.slice(at + 1))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
