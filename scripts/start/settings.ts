import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readCidrs } from '@fleetmend/server/notifications/public-address.ts';
import { Refusal } from '@fleetmend/server/platform/postgres/refusal.ts';

export interface Settings {
  dataDir: string;
  host: string;
  port: number;
  /** A port that somebody chose is taken as it is; the default gives way to the next free one. */
  isPortChosen: boolean;
  /** As browsers see us; null: `http://localhost:<port>`. */
  origin: string | null;
  logLevel: string;
  /** Internal networks a webhook may reach, as CIDRs. */
  webhookAllow: string[];
}

const DEFAULT_PORT = 7600;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** What the environment asks for. @throws Refusal naming the first variable that says nothing usable. */
export function readSettings(env: NodeJS.ProcessEnv, isRoot: boolean): Settings {
  return {
    // npm changes into the checkout; INIT_CWD is where the person stood, and a relative path means there.
    dataDir: resolve(env['INIT_CWD'] ?? '.', env['FLEETMEND_DATA'] || defaultFolder(env, isRoot)),
    host: env['FLEETMEND_HOST'] || '127.0.0.1',
    port: readPort(env['FLEETMEND_PORT']),
    isPortChosen: (env['FLEETMEND_PORT'] ?? '') !== '',
    origin: readOrigin(env['FLEETMEND_ORIGIN']),
    logLevel: readLogLevel(env['FLEETMEND_LOG']),
    webhookAllow: readWebhookAllow(env['FLEETMEND_WEBHOOK_ALLOW']),
  };
}

function defaultFolder(env: NodeJS.ProcessEnv, isRoot: boolean): string {
  if (isRoot) return '/var/lib/fleetmend';
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'fleetmend');
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Refusal(`FLEETMEND_PORT must be a number from 1 to 65535, not "${text}".`);
  return port;
}

function readOrigin(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin =
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!isOrigin) throw new Refusal(`FLEETMEND_ORIGIN must look like https://patches.example.org, not "${text}".`);
  return url.origin;
}

function readLogLevel(text: string | undefined): string {
  if (text === undefined || text === '') return 'warn';
  if (!LOG_LEVELS.includes(text))
    throw new Refusal(`FLEETMEND_LOG must be one of ${LOG_LEVELS.join(', ')}, not "${text}".`);
  return text;
}

function readWebhookAllow(text: string | undefined): string[] {
  const cidrs = (text ?? '')
    .split(',')
    .map((cidr) => cidr.trim())
    .filter((cidr) => cidr !== '');
  try {
    readCidrs(cidrs);
  } catch {
    throw new Refusal(`FLEETMEND_WEBHOOK_ALLOW must be CIDRs with commas between, as in 10.0.0.0/8, not "${text}".`);
  }
  return cidrs;
}
