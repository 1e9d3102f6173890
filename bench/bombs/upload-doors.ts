import type { Api } from './api.ts';
import type { Door } from './door.ts';
import { type Bomb, jsonBombs, packedBombs, textBombs, truncated } from './make-bombs.ts';

const MILLION = 1_000_000;
const VEX_BEGIN = '{"@context":"https://openvex.dev/ns/v0.2.0","@id":"v","author":"A","statements":[';
/** A document in OpenVEX that answers one finding. */
export const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'vex-1',
  author: 'A',
  timestamp: '2026-11-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1' },
      products: [{ '@id': 'pkg:deb/debian/curl?arch=source&distro=debian-12' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
    },
  ],
};

/** A VEX document is uploaded. It is plain text: what is packed is refused as such. */
export async function openVexDoor(api: Api): Promise<Door> {
  const good = JSON.stringify(VEX);
  const { status } = await api('POST', '/api/v1/vex', Buffer.from(good));
  if (status !== 201) throw new Error('the document was not taken');
  return {
    name: 'VEX upload',
    bombs: [...packedBombs(VEX_BEGIN), ...jsonBombs(VEX_BEGIN, good), ...truncated(good)],
    isRefused: async ({ bytes }) => (await api('POST', '/api/v1/vex', bytes)).status === 422,
    serves: async () => (await api('GET', '/api/v1/vex?limit=10')).text.includes('"vex-1"'),
  };
}

/** A list of machines is imported, in each of its forms. */
export async function openListDoors(api: Api): Promise<Door[]> {
  const path = '/api/v1/assets/imports';
  const good = { format: 'csv', name: 'good.csv', text: 'hostname,owner\nkept.example,Ada\n' };
  const { status } = await api('POST', path, Buffer.from(JSON.stringify(good)), 'application/json');
  if (status !== 200) throw new Error('the list was not taken');
  return Object.entries(LISTS).map(([format, bombs]) => ({
    name: `list of machines, ${format}`,
    bombs: bombs.map(({ name, bytes }) => ({
      name,
      bytes: Buffer.from(JSON.stringify({ format, name: 'list', text: bytes.toString('latin1') })),
    })),
    isRefused: async ({ bytes }) => (await api('POST', path, bytes, 'application/json')).status === 422,
    serves: async () => (await api('GET', '/api/v1/discovered-machines?limit=10')).text.includes('kept.example'),
  }));
}

const MANY_KEYS = Array.from({ length: MILLION }, (_, at) => `k${at.toString(36)}: 1`).join('\n');
const ALIASES = ['a: &a [x,x,x,x,x,x,x,x,x]'];
for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'].map((each) => [...each]))
  ALIASES.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(',')}]`);

const LISTS: Record<string, Bomb[]> = {
  csv: textBombs({
    'a million columns': `hostname${',a'.repeat(MILLION)}\nweb${',b'.repeat(MILLION)}`,
    'a million lines': `hostname\n${'web\n'.repeat(MILLION)}`,
    'a quote that is not closed': `hostname\n"${'x""'.repeat(2 * MILLION)}`,
    '__proto__ for a label': 'hostname,__proto__\nweb,polluted\n',
    'a name without an end': `hostname\n${'x'.repeat(7 * MILLION)}`,
  }),
  ansible_ini: textBombs({
    'a million lines': `[all]\n${'web\n'.repeat(MILLION)}`,
    'a million groups': Array.from({ length: 700_000 }, (_, at) => `[g${at.toString(36)}]`).join('\n'),
    'ranges in ranges': `[all]\n${'[000001:999999]'.repeat(50)}\n`,
    'groups that hold one another': '[a:children]\nb\n[b:children]\na\n[a]\nbad name\n',
  }),
  ansible_yaml: textBombs({
    'lists a million deep': '['.repeat(MILLION),
    'objects a million deep': '{a: '.repeat(MILLION),
    'levels two thousand deep': Array.from({ length: 2000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    'a million keys': MANY_KEYS.slice(0, 7_900_000),
    'aliases that multiply': ALIASES.join('\n'),
    'a text without an end': `all: "${'x'.repeat(7 * MILLION)}`,
  }),
};

/** A body of JSON, of any endpoint: nothing of it may reach a schema. */
export function openBodyDoor(api: Api): Door {
  const begin = '{"format":"csv","name":"x","text":[';
  const good = JSON.stringify({ format: 'csv', name: 'x', text: 'hostname\nweb\n' });
  return {
    name: 'a body of JSON',
    bombs: [...jsonBombs(begin, good), ...truncated(good)],
    isRefused: async ({ bytes }) =>
      [413, 422].includes((await api('POST', '/api/v1/assets/imports', bytes, 'application/json')).status),
    serves: async () => (await api('GET', '/api/v1/discovered-machines?limit=10')).text.includes('kept.example'),
  };
}
