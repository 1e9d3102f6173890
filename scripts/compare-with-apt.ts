import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks a running Fleetmend for its patches and holds them against apt's own word, package by package; part of `.ci/run`.
 * Usage: compare-with-apt.ts SIGN-IN-LINK [SECONDS-TO-WAIT]
 */
interface Page<Item> {
  data: Item[];
  next_cursor: string | null;
}
interface Patch {
  packages: { name: string; architecture: string; to_version: string }[];
}
interface Asset {
  last_check_in_at: string | null;
}

async function signIn(link: URL): Promise<string> {
  const answer = await fetch(new URL('/api/v1/session/link', link), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: link.origin },
    body: JSON.stringify({ token: link.hash.slice(1) }),
  });
  if (!answer.ok) throw new Error(`the sign-in link was refused: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function readAll<Item>(link: URL, path: string, cookie: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const url = new URL(path, link);
    url.searchParams.set('limit', '200');
    if (cursor !== '') url.searchParams.set('cursor', cursor);
    const answer = await fetch(url, { headers: { cookie } });
    if (!answer.ok) throw new Error(`GET ${url.pathname}: ${answer.status} ${await answer.text()}`);
    const page = (await answer.json()) as Page<Item>;
    items.push(...page.data);
    cursor = page.next_cursor;
  }
  return items;
}

/** `name architecture version` of every package the patches move. */
async function fromFleetmend(link: URL, cookie: string): Promise<Set<string>> {
  const patches = await readAll<Patch>(link, '/api/v1/patches', cookie);
  return new Set(
    patches.flatMap(({ packages }) => packages.map((one) => `${one.name} ${one.architecture} ${one.to_version}`)),
  );
}

/** The same, of `apt list --upgradable`, whose lines read `name/suite version architecture [upgradable from: version]`. */
function fromApt(): Set<string> {
  const text = execFileSync('apt', ['list', '--upgradable'], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    // It warns scripts against reading it, on stderr.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Set(
    text
      .split('\n')
      .map((line) => /^([^/]+)\/\S+ (\S+) (\S+) \[/.exec(line))
      .flatMap((found) => (found === null ? [] : [`${found[1]} ${found[3]} ${found[2]}`])),
  );
}

async function compare(link: URL, seconds: number): Promise<string> {
  const cookie = await signIn(link);
  const wanted = fromApt();
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const [assets, given] = await Promise.all([
      readAll<Asset>(link, '/api/v1/assets', cookie),
      fromFleetmend(link, cookie),
    ]);
    const hasReported = assets.some((asset) => asset.last_check_in_at !== null);
    const missing = [...wanted].filter((one) => !given.has(one));
    const surplus = [...given].filter((one) => !wanted.has(one));
    if (hasReported && missing.length === 0 && surplus.length === 0)
      return `Fleetmend and apt agree on ${wanted.size} packages.`;
    if (Date.now() > until) {
      throw new Error(
        `Fleetmend and apt differ. Only apt: ${missing.join(', ') || 'none'}. Only Fleetmend: ${surplus.join(', ') || 'none'}. The machine has ${hasReported ? '' : 'not '}reported.`,
      );
    }
    await sleep(1000);
  }
}

const [link = '', seconds = '180'] = process.argv.slice(2);
try {
  console.log(await compare(new URL(link), Number(seconds)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
