/** The fields of a `desc` file of pacman's databases: `%NAME%` on a line, its values on the lines below. */
export function parseDesc(text: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  let values: string[] = [];
  for (const line of text.split('\n')) {
    const name = /^%([A-Z0-9_]+)%$/.exec(line)?.[1];
    if (name !== undefined) {
      values = [];
      fields.set(name, values);
    } else if (line !== '') values.push(line);
  }
  return fields;
}

/** A package as a repository's database describes it. */
export interface SyncPackage {
  name: string;
  version: string;
  architecture: string;
  base: string;
  repository: string;
  filename: string;
  size: number;
  sha256: string | null;
}

/** A description with a name, a version and a file in it; null for any other. */
export function readSyncPackage(text: string, repository: string): SyncPackage | null {
  const fields = parseDesc(text);
  const field = (name: string) => fields.get(name)?.[0] ?? '';
  const [name, version, filename] = [field('NAME'), field('VERSION'), field('FILENAME')];
  if (name === '' || version === '' || !/^[\w@.+:-]+$/.test(filename)) return null;
  const size = Number(field('CSIZE'));
  const isProvable = /^[0-9a-f]{64}$/.test(field('SHA256SUM')) && Number.isSafeInteger(size);
  return {
    name,
    version,
    architecture: field('ARCH') || 'any',
    base: field('BASE') || name,
    repository,
    filename,
    size: isProvable ? size : 0,
    sha256: isProvable ? field('SHA256SUM') : null,
  };
}
