import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '@fleetmend/api/problems.ts';
import type { FastifyInstance } from 'fastify';

/** Where `npm run build:agent` puts what machines download. */
const FOLDER = fileURLToPath(new URL('../../../../dist/', import.meta.url));
const NAME = /^fleetmend-agent-linux-(x64|arm64)\.tar\.gz$/;

const CODE_ID = /^code_[0-9A-Za-z]{10,40}$/;

/** The agent for one kind of machine, as one file. */
export interface AgentArchive {
  name: string;
  architecture: string;
  sha256: string;
}

/** The archives that stand ready, each with its digest; none before the agent has been built. */
export async function readAgentArchives(folder = FOLDER): Promise<AgentArchive[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names.filter((name) => NAME.test(name)).sort();
  return Promise.all(found.map((name) => describe(folder, name)));
}

const digests = new Map<string, { mark: string; sha256: string }>();

async function describe(folder: string, name: string): Promise<AgentArchive> {
  const path = join(folder, name);
  const { size, mtimeMs } = await stat(path);
  const mark = `${size} ${mtimeMs}`;
  let known = digests.get(path);
  if (known?.mark !== mark) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    known = { mark, sha256: hash.digest('hex') };
    digests.set(path, known);
  }
  return { name, architecture: NAME.exec(name)?.[1] ?? '', sha256: known.sha256 };
}

/**
 * Serves the archives to whoever asks: nothing in them is secret, and the enrolment command names their digest. `onFetched` is
 * told the id of the code whose command fetched one.
 */
export function serveAgentArchives(
  app: FastifyInstance,
  { folder = FOLDER, onFetched }: { folder?: string; onFetched: (code: string) => Promise<void> },
): void {
  app.get('/agent/:name', { schema: { hide: true } }, async (request, reply) => {
    const { name } = request.params as { name: string };
    const { code } = request.query as { code?: unknown };
    const about = NAME.test(name) ? await stat(join(folder, name)).catch(() => null) : null;
    if (about === null) throw new Problem('not-found', 'There is no such agent here: npm run build:agent makes it.');
    if (typeof code === 'string' && CODE_ID.test(code)) await onFetched(code);
    return reply
      .headers({ 'content-length': about.size, 'cache-control': 'no-cache' })
      .type('application/gzip')
      .send(createReadStream(join(folder, name)));
  });
}
