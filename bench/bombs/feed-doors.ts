import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Api } from './api.ts';
import type { Door } from './door.ts';
import { type Bomb, jsonBombs, packedBombs, truncated } from './make-bombs.ts';

interface FeedState {
  id: string;
  records: number;
  state: string;
  error: string | null;
  last_attempt_at: string | null;
}

/** A publisher that has been taken over: it answers whatever it was given last. */
export interface Mirror {
  url: string;
  serve(bytes: Buffer): void;
  close(): Promise<void>;
}

/** Opens a web server on loopback. */
export async function openMirror(): Promise<Mirror> {
  let content: Buffer = Buffer.alloc(0);
  const server = createServer((_request, response) => response.end(content));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(bytes) {
      content = bytes;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A feed with the beginning of its document, in which the bombs stand. */
const FEEDS = {
  kev: { good: kevText(), begin: '{"vulnerabilities":[' },
  osv: {
    good: '{"id":"DSA-1","modified":"2026-01-01T00:00:00Z"}',
    begin: '{"id":"DSA-1","modified":"2026-01-01T00:00:00Z","database_specific":{"a":[',
  },
} as const;

/** The server fetches KEV from an address: the time is from the request to the refusal that people see. */
export async function openSyncDoor(api: Api, mirror: Mirror): Promise<Door> {
  const sync = async () => {
    const { last_attempt_at: before } = await feedOf(api, 'kev');
    await api('POST', '/api/v1/feeds/kev/sync');
    for (;;) {
      const feed = await feedOf(api, 'kev');
      if (feed.last_attempt_at !== before) return feed;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  mirror.serve(Buffer.from(FEEDS.kev.good));
  const { records } = await sync();
  return {
    name: 'feed sync from an address',
    bombs: bombsOf('kev'),
    async isRefused({ bytes }) {
      mirror.serve(bytes);
      return (await sync()).state === 'failed';
    },
    serves: async () => (await feedOf(api, 'kev')).records === records,
  };
}

/** A person uploads a file: the time is that of the answer. */
export async function openImportDoor(api: Api, id: keyof typeof FEEDS): Promise<Door> {
  const upload = (bytes: Buffer) => api('POST', `/api/v1/feeds/${id}/import`, bytes);
  await upload(Buffer.from(FEEDS[id].good));
  const { records } = await feedOf(api, id);
  if (records === 0) throw new Error(`${id} was not loaded`);
  return {
    name: `feed import of ${id}`,
    bombs: bombsOf(id),
    isRefused: async ({ bytes }) => (await upload(bytes)).status === 422,
    serves: async () => (await feedOf(api, id)).records === records,
  };
}

function bombsOf(id: keyof typeof FEEDS): Bomb[] {
  const { good, begin } = FEEDS[id];
  return [...packedBombs(begin), ...jsonBombs(begin, good), ...truncated(good)];
}

async function feedOf(api: Api, id: string): Promise<FeedState> {
  const { status, text } = await api('GET', '/api/v1/feeds');
  if (status !== 200) throw new Error(text);
  const feed = (JSON.parse(text) as { data: FeedState[] }).data.find((each) => each.id === id);
  if (feed === undefined) throw new Error(`there is no feed ${id}`);
  return feed;
}

function kevText(): string {
  const vulnerabilities = Array.from({ length: 20 }, (_, at) => ({
    cveID: `CVE-2026-${10_000 + at}`,
    vendorProject: 'Vendor',
    product: 'Product',
    vulnerabilityName: 'Name',
    dateAdded: '2026-08-21',
    shortDescription: '',
    requiredAction: 'Apply',
    dueDate: '2026-08-24',
    knownRansomwareCampaignUse: 'Known',
    notes: '',
  }));
  return JSON.stringify({ title: 'KEV', catalogVersion: '2026.08.21', vulnerabilities });
}
