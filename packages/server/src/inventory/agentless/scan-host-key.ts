import { execFile } from 'node:child_process';
import { SshFailure } from './ssh-connection.ts';
import { bestHostKey } from './ssh-host-key.ts';

const SECONDS = 10;

/**
 * The host key that whoever answers there shows, as `type base64`. It proves nothing until a person has compared it.
 * @throws SshFailure
 */
export async function scanHostKey({ address, port }: { address: string; port: number }): Promise<string> {
  const args = ['-T', String(SECONDS), '-p', String(port), '-t', 'ed25519,ecdsa,rsa', '--', address];
  const { stdout, stderr } = await run('ssh-keyscan', args);
  const key = bestHostKey(stdout);
  if (key !== null) return key;
  throw new SshFailure('unreachable', stderr.trim().slice(0, 500) || 'Nobody showed a host key there.');
}

function run(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const options = { timeout: 3 * SECONDS * 1000, maxBuffer: 256 * 1024, env: { PATH: process.env['PATH'] ?? '' } };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') reject(new SshFailure('no-ssh-client', error.message));
      else resolve({ stdout, stderr });
    });
  });
}
