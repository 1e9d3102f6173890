import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';

/** A folder served over HTTP on this machine's loopback. */
export interface ServedFolder {
  url: string;
  folder: string;
  /** While false every request is answered 503. */
  setReachable(isReachable: boolean): void;
  close(): Promise<void>;
}

export async function serveFolder(folder: string): Promise<ServedFolder> {
  let isReachable = true;
  const server = createServer((request, response) => {
    const path = join(folder, normalize(decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/')));
    const isServed = path.startsWith(`${folder}/`) && existsSync(path) && statSync(path).isFile();
    if (!isReachable || !isServed) return response.writeHead(isReachable ? 404 : 503).end();
    response.writeHead(200, { 'content-length': statSync(path).size, 'content-type': 'application/octet-stream' });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    folder,
    setReachable(value) {
      isReachable = value;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
