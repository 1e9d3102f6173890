import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Unix socket's address holds 107 bytes; PostgreSQL adds `/.s.PGSQL.5432`. */
const LONGEST = 107 - '/.s.PGSQL.5432'.length;

export interface SocketFolder {
  path: string;
  remove(): void;
}

/**
 * A way to the folder that is short enough for a socket's address: the folder itself or a symbolic link that only we can
 * have made. PostgreSQL makes the socket in its own folder, so its side never meets the limit.
 */
export function socketFolder(folder: string, env: NodeJS.ProcessEnv): SocketFolder {
  if (Buffer.byteLength(folder) <= LONGEST) return { path: folder, remove: () => undefined };
  const runtime = process.getuid?.() === 0 ? '/run' : env['XDG_RUNTIME_DIR'];
  if (runtime === undefined || runtime.length > 40) {
    const own = mkdtempSync(join(tmpdir().length > 60 ? '/tmp' : tmpdir(), 'fleetmend-'));
    symlinkSync(folder, join(own, 'postgres'));
    return { path: join(own, 'postgres'), remove: () => rmSync(own, { recursive: true, force: true }) };
  }
  const path = join(runtime, 'fleetmend', createHash('sha256').update(folder).digest('hex').slice(0, 16));
  mkdirSync(join(runtime, 'fleetmend'), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  symlinkSync(folder, path);
  return { path, remove: () => rmSync(path, { force: true }) };
}
