import { get as getPlainly } from 'node:http';
import { get as getSecurely } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gate } from '@fleetmend/domain/changes/change-document.ts';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import { runCommand } from '../platform/run-command.ts';

export type GateVerdict = 'passed' | 'failed' | 'inconclusive';
export interface GateReading {
  verdict: GateVerdict;
  detail: string;
}

const TRIES = 4;
const PAUSE_SECONDS = 2;
const HTTP_SECONDS = 10;

/** What `systemctl is-active` says, as a gate's verdict; a unit that is on its way is neither up nor down. */
export function readUnitState(state: string): GateVerdict {
  if (state === 'active') return 'passed';
  return ['failed', 'inactive', 'deactivating', 'unknown'].includes(state) ? 'failed' : 'inconclusive';
}

async function probeUnit(unit: string): Promise<GateReading> {
  const result = await runCommand('systemctl', ['is-active', '--', unit], { timeout_seconds: 20 });
  const state = result.stdout.toString('utf8').trim();
  if (result.code === null || state === '')
    return { verdict: 'inconclusive', detail: `${unit}: systemd gave no answer` };
  return { verdict: readUnitState(state), detail: `${unit} is ${hostLine(state, 60)}` };
}

/** Errors that mean the service does not answer; any other means that we could not ask. */
const SERVICE_ERRORS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'HPE_INVALID_CONSTANT'];

/** Status of one GET; node:http and not fetch, which refuses to speak to a list of ports that services do use. */
function readStatus(url: string): Promise<number | null> {
  const get = url.startsWith('https:') ? getSecurely : getPlainly;
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(HTTP_SECONDS * 1000) }, (response) => {
      response.on('error', () => {});
      response.destroy();
      resolve(response.statusCode ?? null);
    });
    request.on('error', reject);
  });
}

async function probeUrl(url: string, expectStatus: number): Promise<GateReading> {
  try {
    const status = await readStatus(url);
    const detail = `${url} answered ${status}, expected ${expectStatus}`;
    return { verdict: status === expectStatus ? 'passed' : 'failed', detail };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ABORT_ERR') return { verdict: 'failed', detail: `${url} gave no answer in ${HTTP_SECONDS} s` };
    const verdict = SERVICE_ERRORS.includes(code) ? 'failed' : 'inconclusive';
    return { verdict, detail: `${url}: ${hostLine(code, 100)}` };
  }
}

function probeOnce(gate: Gate): Promise<GateReading> {
  return gate.kind === 'systemd' ? probeUnit(gate.unit) : probeUrl(gate.url, gate.expect_status);
}

/** Measures one gate, a few times: a service that has just been restarted may need a moment. */
export async function probeGate(gate: Gate, pauseSeconds = PAUSE_SECONDS): Promise<GateReading> {
  let reading = await probeOnce(gate);
  for (let tries = 1; tries < TRIES && reading.verdict !== 'passed'; tries++) {
    await sleep(pauseSeconds * 1000);
    reading = await probeOnce(gate);
  }
  return reading;
}

/** All gates together: one failure fails, else one unknown leaves it open. No gate at all passes, and says so. */
export function judgeReadings(readings: readonly GateReading[]): GateReading {
  const detail = readings.map((reading) => reading.detail).join('; ') || 'the change has no gate to measure';
  if (readings.some((reading) => reading.verdict === 'failed')) return { verdict: 'failed', detail };
  return {
    verdict: readings.some((reading) => reading.verdict === 'inconclusive') ? 'inconclusive' : 'passed',
    detail,
  };
}
