/** One commit of a ref, the only thing of Flatpak that is exact. */
export interface Commit {
  commit: string;
  /** What we call its version: Flatpak itself orders commits by their time, and an application's own version is only a word. */
  version: string;
}

/** An installed application or runtime. */
export interface InstalledRef extends Commit {
  /** `app/org.gnome.Maps/x86_64/stable`. */
  ref: string;
  remote: string;
  /** What its makers call this version, from its metainfo; null where they say nothing. */
  app_version: string | null;
}

const REF = /^(?:app|runtime)\/[A-Za-z0-9_.-]{1,255}\/[a-z0-9_]{1,40}\/[A-Za-z0-9_.-]{1,128}$/;
const REMOTE = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,100}$/;

/** The lines `name: value` of `flatpak info`, by name. */
function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^ *([A-Z][A-Za-z ]*): +(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && !fields.has(name)) fields.set(name, value.trim());
  }
  return fields;
}

/** A commit and its time (`2026-11-25 13:19:58 +0000`); null where either is not one. */
export function readCommit(commit: string, date: string): Commit | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) \+0000$/.exec(date) ?? [];
  if (year === undefined || !/^[0-9a-f]{64}$/.test(commit)) return null;
  return { commit, version: `${year}${month}${day}.${hour}${minute}${second}-${commit.slice(0, 12)}` };
}

/** Reads `flatpak info`; null for what it says of no ref we can name. */
export function parseInfo(text: string): InstalledRef | null {
  const fields = readFields(text);
  const field = (name: string) => fields.get(name) ?? '';
  const commit = readCommit(field('Commit'), field('Date'));
  const [ref, remote] = [field('Ref'), field('Origin')];
  if (commit === null || !REF.test(ref) || !REMOTE.test(remote)) return null;
  return { ...commit, ref, remote, app_version: field('Version') || null };
}

/** Reads `flatpak remote-info --log` and `ostree log`: the newest commit of a ref first, then those before it that are there. */
export function parseLog(text: string): Commit[] {
  return text.split(/^(?= *[Cc]ommit:? [0-9a-f])/m).flatMap((part) => {
    const commit = /^ *[Cc]ommit:? ([0-9a-f]+)$/m.exec(part)?.[1] ?? '';
    return readCommit(commit, readFields(part).get('Date') ?? '') ?? [];
  });
}

/** A ref that its remote has something newer of. */
export interface NewerRef {
  ref: string;
  remote: string;
  app_version: string | null;
}

/** Reads `flatpak remote-ls --updates --columns=ref,origin,version`. */
export function parseNewer(text: string): NewerRef[] {
  return text.split('\n').flatMap((line) => {
    const [ref = '', remote = '', version = ''] = line.split('\t').map((field) => field.trim());
    return REF.test(ref) && REMOTE.test(remote) ? [{ ref, remote, app_version: version || null }] : [];
  });
}

/** Flatpak's own name for a ref where the architecture is told apart: `org.gnome.Maps//stable`. */
export function nameOf(ref: string): { name: string; id: string; architecture: string; branch: string } {
  const [, id = '', architecture = '', branch = ''] = ref.split('/');
  return { name: `${id}//${branch}`, id, architecture, branch };
}

/** Whether one of the patterns of `flatpak mask` holds a ref back: parts left out match all, and so does `*`. */
export function isMasked(ref: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('/');
    const wanted = parts[0] === 'app' || parts[0] === 'runtime' ? parts : ['', ...parts];
    return ref.split('/').every((part, at) => matchesPart(part, wanted[at] ?? ''));
  });
}

/** `*` for any text; compared piece by piece, since a pattern is somebody else's. */
function matchesPart(part: string, pattern: string): boolean {
  if (pattern === '' || pattern === '*') return true;
  const pieces = pattern.split('*');
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (pieces.length === 1) return part === pattern;
  if (!part.startsWith(first) || !part.slice(first.length).endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = part.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= part.length - last.length;
}
