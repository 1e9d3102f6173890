import { generateKeyPairSync } from 'node:crypto';
import { AGENT_PATHS } from '@fleetmend/api/agent-protocol.ts';
import { writeClaim } from '@fleetmend/api/host-session.ts';
import { type Connection, openConnection, type Sent } from '../fleet/connection.ts';
import type { Member } from '../fleet/crowd.ts';
import type { Ground } from '../fleet/ground.ts';
import { checkIn, clientOf, pack } from '../fleet/simulated-host.ts';

export interface Attack {
  name: string;
  /** How many of what is sent may be let through, at most; of a code exactly so many. */
  let_through: number;
  run(): Promise<{ sent: number; let_through: number; bad: number }>;
}

const CONNECTIONS = 20;
const CODE_USES = 100;

/** What a hostile host, or somebody on the wire, does to a server. Each tells what came through and what it did. */
export function attacks(
  ground: Ground,
  { victim, other }: { victim: Member; other: Member },
  { each, packages }: { each: number; packages: number },
): Attack[] {
  const count = async (sql: string, values: unknown[] = []) =>
    Number(Object.values((await ground.query(sql, values))[0] ?? {})[0] ?? 0);
  const statusOf = (sent: Sent) => (connection: Connection) => connection.post(sent).then(({ status }) => status);
  const isTaken = (status: number) => status < 300;

  return [
    {
      name: 'replayed, reordered and forged check-ins',
      let_through: 0,
      async run() {
        const said = await record(ground, other, 5);
        const step = other.session.step;
        const kinds = [...said.reverse(), ...said, forged(other, step), forged(other, step + 1), forged(other, 1)];
        const statuses = await onEach(
          ground,
          Array.from({ length: each }, (_, at) => statusOf(kinds[at % kinds.length] ?? forged(other, step))),
        );
        const cloned = await count('SELECT count(*) FROM inventory_asset WHERE cloned_at IS NOT NULL');
        const isWell = await stillTaken(ground, other);
        return { sent: each, let_through: statuses.filter(isTaken).length, bad: cloned + (isWell ? 0 : 1) };
      },
    },
    {
      name: `an inventory of ${packages} packages`,
      let_through: 0,
      async run() {
        const added = Array.from({ length: packages }, (_, at) => `deb\tp${at}\t1\tall\tp\t1`);
        const removed = added.map(() => 0);
        // Larger than what is taken from the wire; and small there, and large when it is unpacked.
        const bodies = [
          { base: null, added, removed: [] },
          { base: null, added: [], removed },
        ].map((inventory) => pack({ was: other.digest, now: { inventory_digest: 'a'.repeat(64) }, inventory }, 5));
        const before = await count('SELECT count(*) FROM inventory_software');
        const statuses: number[] = [];
        for (const body of [...bodies, ...bodies, ...bodies]) {
          const connection = await openConnection(ground.url);
          // A server that has read enough hangs up.
          statuses.push(
            await checkIn(connection, other, body).then(
              ({ status }) => status,
              () => 413,
            ),
          );
          connection.close();
        }
        return {
          sent: statuses.length,
          let_through: statuses.filter(isTaken).length,
          bad: (await count('SELECT count(*) FROM inventory_software')) - before,
        };
      },
    },
    {
      name: 'names that drive a terminal, or a prototype',
      let_through: 0,
      async run() {
        const lines = ['deb\t\u001b[2J\t1\tall\tp\t1', 'deb\ta\u0000b\t1\tall\tp\t1', 'deb\tp\t1\u009b31m\tall\tp\t1'];
        const bodies = [
          ...lines.map((line) => ({ inventory: { base: null, added: [line], removed: [] } })),
          JSON.parse('{"__proto__":{"is_cloned":true},"constructor":{"prototype":{"x":1}}}') as object,
        ].map((part) => pack({ was: other.digest, now: { inventory_digest: 'a'.repeat(64) }, ...part }));
        const connection = await openConnection(ground.url);
        const statuses: number[] = [];
        for (let i = 0; i < each / 10; i++) {
          const body = bodies[i % bodies.length];
          if (body !== undefined) statuses.push((await checkIn(connection, other, body)).status);
        }
        connection.close();
        const kept = await count(`SELECT count(*) FROM inventory_software WHERE name || version ~ '[^ -~]'`);
        return { sent: statuses.length, let_through: statuses.filter(isTaken).length, bad: kept };
      },
    },
    {
      name: `one enrolment code used ${CODE_USES} times at once`,
      let_through: 1,
      async run() {
        const statuses = await onEach(
          ground,
          Array.from({ length: CODE_USES }, (_, at) => {
            const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
            const machine = {
              code: ground.enrolmentCode,
              public_key: key.toString('base64url'),
              hostname: 'storm',
              machine_id: `storm-${at}`,
            };
            const body = Buffer.from(JSON.stringify(machine));
            return statusOf({ path: AGENT_PATHS.enrol, headers: { 'content-type': 'application/json' }, body });
          }),
          CODE_USES,
        );
        const made = await count(`SELECT count(*) FROM inventory_asset WHERE hostname = 'storm'`);
        return { sent: CODE_USES, let_through: statuses.filter(isTaken).length, bad: Math.abs(made - 1) };
      },
    },
    {
      name: `${each} machines with the key of one`,
      // Those that ask in the moment before it is seen that there are two.
      let_through: CONNECTIONS,
      async run() {
        const copies = Array.from({ length: each }, () => ({ ...victim }));
        let normal = 0;
        await onEach(
          ground,
          copies.map((copy) => async (connection: Connection) => {
            const client = clientOf(copy, connection);
            // One that opens a session in vain again and again gives up.
            const reply = await client
              .post(AGENT_PATHS.checkIn, { state: copy.digest }, { turns: true })
              .catch(() => null);
            if (reply !== null && reply.status < 300 && !isHeld(reply.body)) normal++;
          }),
        );
        const accused = await count('SELECT count(*) FROM inventory_asset WHERE cloned_at IS NOT NULL');
        const told = await count(`SELECT count(*) FROM inventory_event WHERE asset = $1 AND kind = 'cloned'`, [
          victim.asset,
        ]);
        return { sent: each, let_through: normal, bad: Math.abs(accused - 1) + Math.abs(told - 1) };
      },
    },
  ];
}

function isHeld(body: Uint8Array): boolean {
  return body.length > 0 && (JSON.parse(Buffer.from(body).toString('utf8')) as { held?: string }).held === 'cloned';
}

/** Does each over a few connections, one after the other on each. */
async function onEach<Result>(
  { url }: Ground,
  work: readonly ((connection: Connection) => Promise<Result>)[],
  connections = CONNECTIONS,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await openConnection(url);
      for (let one = work[next++]; one !== undefined; one = work[next++]) results.push(await one(connection));
      connection.close();
    }),
  );
  return results;
}

/** Check-ins of a host as they went over the wire. */
async function record(ground: Ground, member: Member, count: number): Promise<Sent[]> {
  const sent: Sent[] = [];
  const connection = await openConnection(ground.url);
  const wire: Connection = {
    ...connection,
    post: (request) => {
      sent.push(request);
      return connection.post(request);
    },
  };
  for (let i = 0; i < count; i++)
    await clientOf(member, wire).post(AGENT_PATHS.checkIn, { state: member.digest }, { turns: true });
  connection.close();
  return sent;
}

function forged({ asset, digest }: Member, step: number): Sent {
  const authorization = writeClaim({ asset, step, mac: 'x'.repeat(22) });
  return {
    path: AGENT_PATHS.checkIn,
    headers: { authorization },
    body: Buffer.from(JSON.stringify({ state: digest })),
  };
}

async function stillTaken(ground: Ground, member: Member): Promise<boolean> {
  const connection = await openConnection(ground.url);
  const { status } = await clientOf(member, connection).post(
    AGENT_PATHS.checkIn,
    { state: member.digest },
    { turns: true },
  );
  connection.close();
  return status === 204;
}
