/** A repository as `apt-cache policy` describes it. */
export interface Release {
  label: string;
  origin: string;
  version: string;
  archive: string;
  codename: string;
  site: string;
}

/** One version a package can have here, with the release lines that offer it; none when only dpkg knows it. */
export interface OfferedVersion {
  version: string;
  releases: Release[];
}

/** The repositories of `apt-cache policy` (no package given), keyed by the line that names them in version tables. */
export function parseReleases(text: string): Map<string, Release> {
  const releases = new Map<string, Release>();
  let current: Release | null = null;
  for (const line of text.split('\n')) {
    if (/^Pinned packages:/.test(line)) break;
    const head = /^ *-?\d+ (\S.*)$/.exec(line);
    if (head?.[1] !== undefined && !/^ {5}/.test(line)) {
      current = { label: '', origin: '', version: '', archive: '', codename: '', site: '' };
      releases.set(head[1], current);
      continue;
    }
    const release = /^ +release (.*)$/.exec(line);
    if (release?.[1] !== undefined && current) readRelease(release[1], current);
    const site = /^ +origin (\S*)$/.exec(line);
    if (site?.[1] !== undefined && current) current.site = site[1];
  }
  return releases;
}

function readRelease(text: string, release: Release): void {
  // A label may itself hold a comma; only `,x=` begins the next part.
  for (const part of text.split(/,(?=[a-z]=)/)) {
    const value = part.slice(2);
    if (part.startsWith('v=')) release.version = value;
    if (part.startsWith('o=')) release.origin = value;
    if (part.startsWith('a=')) release.archive = value;
    if (part.startsWith('n=')) release.codename = value;
    if (part.startsWith('l=')) release.label = value;
  }
}

/** The version tables of `apt-cache policy NAME…`, by the name as apt prints it (`libc6`, `libc6:i386`). */
export function parsePolicy(text: string, releases: ReadonlyMap<string, Release>): Map<string, OfferedVersion[]> {
  const packages = new Map<string, OfferedVersion[]>();
  let versions: OfferedVersion[] = [];
  for (const line of text.split('\n')) {
    const head = /^([a-z0-9]\S*):$/.exec(line);
    if (head?.[1] !== undefined) {
      versions = [];
      packages.set(head[1], versions);
      continue;
    }
    const version = /^ (?:\*\*\*| {3}) (\S+) -?\d+(?: \(phased [^)]*\))?$/.exec(line);
    if (version?.[1] !== undefined) {
      versions.push({ version: version[1], releases: [] });
      continue;
    }
    const source = /^ {6,}-?\d+ (\S.*)$/.exec(line);
    const release = source?.[1] === undefined ? undefined : releases.get(source[1]);
    if (release && release.archive !== 'now') versions.at(-1)?.releases.push(release);
  }
  return packages;
}

/** `Debian-Security:12/oldstable-security`, exactly as `apt-get -s` prints it; several are joined by a comma. */
export function originText(releases: readonly Release[]): string {
  const texts = releases.map((release) => {
    const archive = release.archive === '' ? release.site : release.archive;
    const versioned = release.version === '' || release.archive === '' ? archive : `${release.version}/${archive}`;
    return release.label === '' ? versioned : `${release.label}:${versioned}`;
  });
  return [...new Set(texts)].join(', ');
}

/** Whether a release is a security one, by the names Debian, Ubuntu and their derivatives give theirs. */
export function isSecurityRelease(release: Release): boolean {
  return [release.archive, release.codename, release.label].some((name) => /-security$/i.test(name));
}
