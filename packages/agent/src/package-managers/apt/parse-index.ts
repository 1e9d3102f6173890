/** One paragraph of an index as `apt-cache show` prints it; `sha256` null when no repository holds this version. */
export interface IndexEntry {
  name: string;
  version: string;
  architecture: string;
  source: string;
  source_version: string;
  size: number;
  sha256: string | null;
}

function readFields(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of paragraph.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0 && !line.startsWith(' ') && !line.startsWith('\t'))
      fields.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return fields;
}

/** Reads the paragraphs of `apt-cache show`. Paragraphs without name, version or architecture are left out. */
export function parseIndex(text: string): IndexEntry[] {
  const entries: IndexEntry[] = [];
  for (const paragraph of text.split(/\n\n+/)) {
    const fields = readFields(paragraph);
    const name = fields.get('package');
    const version = fields.get('version');
    const architecture = fields.get('architecture');
    if (name === undefined || version === undefined || architecture === undefined) continue;
    // Debian policy §5.6.1: `Source: name (version)`, each left out when equal to the binary's.
    const source = /^(\S+)(?:\s+\(([^)]+)\))?$/.exec(fields.get('source') ?? name);
    const digest = fields.get('sha256') ?? '';
    const size = Number(fields.get('size'));
    entries.push({
      name,
      version,
      architecture,
      source: source?.[1] ?? name,
      source_version: source?.[2] ?? version,
      size: Number.isSafeInteger(size) ? size : 0,
      sha256: /^[0-9a-f]{64}$/.test(digest) && Number.isSafeInteger(size) ? digest : null,
    });
  }
  return entries;
}
