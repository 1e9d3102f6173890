import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { observed } from '../observed.ts';
import { describeRefreshes, describeSnaps, parseSnaps, type Snap } from './parse-snaps.ts';

const SOCKET = '/run/snapd.socket';
const MAX_BYTES = 16 * 1024 * 1024;
const SECONDS = 60;

/** Asks snapd over its socket. @throws Error when it does not answer, or with more than it should. */
export function askSnapd(path: string, socketPath = SOCKET): Promise<Snap[]> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, headers: { host: 'localhost' }, timeout: SECONDS * 1000 }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) asked.destroy(new Error(`snapd answered with more than ${MAX_BYTES} bytes`));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        try {
          if (response.statusCode !== 200) throw new Error(`snapd answered ${response.statusCode}`);
          resolve(parseSnaps(Buffer.concat(chunks).toString('utf8')));
        } catch (error) {
          reject(error);
        }
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`snapd did not answer within ${SECONDS} s`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** Snaps, by snapd's own interface (https://snapcraft.io/docs/snapd-api). */
export const snap = observed({
  id: 'snap',
  isPresent: () => existsSync(SOCKET) && existsSync('/usr/bin/snap'),
  listInstalled: async () => describeSnaps(await askSnapd('/v2/snaps'), new Date()),
  listUpdates: async (installed) => describeRefreshes(await askSnapd('/v2/find?select=refresh'), installed),
  marks: ['/var/lib/snapd/snaps', '/snap'],
});
