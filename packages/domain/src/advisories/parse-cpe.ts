/** What a CPE names; `*` is any, `-` is none. */
export interface Cpe {
  /** `a` is an application, `o` a system, `h` hardware. */
  part: string;
  vendor: string;
  product: string;
  version: string;
  /** A patch level or pre-release of the version: `rc1`. */
  update: string;
}

/**
 * Takes a CPE apart, in the form of 2.3 (`cpe:2.3:a:openssl:openssl:1.1.1k:*:…`) or as a URI of 2.2
 * (`cpe:/a:openssl:openssl:1.1.1k`); null for what is none. NISTIR 7695, 6.1 and 6.2.
 */
export function parseCpe(text: string): Cpe | null {
  const [, uri] = /^cpe:\/([aoh]:.+)$/i.exec(text) ?? [];
  const fields = uri === undefined ? splitFields(text) : uri.split(':').map(decode);
  if (fields === null) return null;
  const [part = '', vendor = '', product = '', version = '', update = ''] = fields.map((each) => each.toLowerCase());
  if (!/^[aoh]$/.test(part) || vendor === '' || product === '') return null;
  return { part, vendor, product, version: version || '*', update: update || '*' };
}

/** The fields of the 2.3 form; a colon that belongs to one stands behind a backslash. */
function splitFields(text: string): string[] | null {
  if (!text.startsWith('cpe:2.3:')) return null;
  const fields = text.slice('cpe:2.3:'.length).match(/(?:\\.|[^:\\])+/g) ?? [];
  return fields.length < 3 || fields.length > 11 ? null : fields.map((each) => each.replace(/\\(.)/g, '$1'));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
