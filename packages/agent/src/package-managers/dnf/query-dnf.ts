import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { readSourceRpm, rpmVersion } from '@fleetmend/domain/inventory/package-lists/rpm-list.ts';
import { z } from 'zod';
import { runCommand } from '../../platform/run-command.ts';
import type { RpmOffer } from '../rpm/offers.ts';
import { QUERY_SCRIPT } from './query-script.ts';

const advisory = z.object({
  id: z.string().max(1000),
  type: z.string().max(60),
  severity: z.string().max(200).nullable(),
  cves: z.array(z.string().max(1000)).max(10_000),
});
const rpm = z.object({
  name: z.string(),
  epoch: z.string(),
  version: z.string(),
  release: z.string(),
  arch: z.string(),
  sourcerpm: z.string(),
  repository: z.string(),
  size: z.int().min(0),
  sha256: z.string().nullable(),
  advisories: z.array(advisory),
});
export const updatesAnswer = z.object({
  candidates: z.array(rpm),
  offers: z.array(rpm),
  has_advisories: z.boolean(),
});
export const planAnswer = z.union([
  z.object({ obstacle: z.string() }),
  z.object({
    incoming: z.array(rpm),
    outgoing: z.array(rpm),
    removed: z.array(z.string()),
    back: z.array(rpm),
  }),
]);
export const fetchAnswer = z.object({ paths: z.array(z.string()), errors: z.array(z.string()) });

const CVE = /^CVE-\d{4}-\d{4,19}$/;

/** A package as the script describes it, in our words. */
export function toOffer(found: z.infer<typeof rpm>): RpmOffer {
  const version = rpmVersion(found);
  const source = readSourceRpm(found.sourcerpm, found.epoch) ?? { source: found.name, source_version: version };
  return {
    name: found.name,
    architecture: found.arch,
    version,
    ...source,
    repository: found.repository,
    size: found.size,
    sha256: found.sha256 !== null && /^[0-9a-f]{64}$/.test(found.sha256) ? found.sha256 : null,
    advisories: found.advisories.map((each) => ({
      ...each,
      severity: each.severity === null ? null : each.severity.toLowerCase(),
      cves: each.cves.filter((id) => CVE.test(id)),
    })),
  };
}

/** Where the agent's own copies of dnf's lists are. */
export function dnfFolders(folder: string): { cachedir: string; persistdir: string; logdir: string } {
  const own = join(folder, 'dnf');
  return { cachedir: join(own, 'cache'), persistdir: join(own, 'persist'), logdir: join(own, 'log') };
}

/** The interpreter that dnf itself runs on; null where dnf is no Python program, as from version 5 on. */
export function dnfInterpreter(path = '/usr/bin/dnf'): string | null {
  const head = readFileSync(path).subarray(0, 200).toString('latin1');
  return /^#!\s*(\/[\w./-]*python[\w.]*|\/usr\/libexec\/platform-python[\w.]*)/.exec(head)?.[1] ?? null;
}

type Request =
  | { do: 'updates' }
  | { do: 'plan' | 'fetch'; to?: string; packages: { name: string; architecture: string; version: string }[] };

/** Asks dnf. @throws Error with dnf's last words when it fails, or answers in another form. */
export async function queryDnf<T>(folder: string, request: Request, schema: z.ZodType<T>): Promise<T> {
  const interpreter = dnfInterpreter();
  if (interpreter === null) throw new Error('this dnf is no Python program: dnf 5 is not driven yet');
  mkdirSync(join(folder, 'dnf'), { recursive: true });
  const result = await runCommand(interpreter, ['-I', '-c', QUERY_SCRIPT], {
    input: Buffer.from(JSON.stringify({ ...request, ...dnfFolders(folder) })),
    timeout_seconds: request.do === 'fetch' ? 3600 : 300,
    env: { HOME: folder },
  });
  if (result.code !== 0) {
    const words = result.timed_out ? 'it took too long' : result.stderr.trim().split('\n').slice(-3).join(' ');
    throw new Error(`dnf failed: ${hostLine(words, 1000)}`);
  }
  return schema.parse(JSON.parse(result.stdout.toString('utf8')));
}
