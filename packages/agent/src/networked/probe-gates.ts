import { setTimeout as sleep } from 'node:timers/promises';
import type { Gate } from '@fleetmend/domain/changes/change-document.ts';
import { hostLine } from '../platform/host-text.ts';
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
const SERVICE_ERRORS = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT'];

async function probeUrl(url: string, expectStatus: number): Promise<GateReading> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(HTTP_SECONDS * 1000) });
    await response.body?.cancel();
    const isExpected = response.status === expectStatus;
    return {
      verdict: isExpected ? 'passed' : 'failed',
      detail: `${url} answered ${response.status}, expected ${expectStatus}`,
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return { verdict: 'failed', detail: `${url} gave no answer in ${HTTP_SECONDS} s` };
    const cause = error instanceof Error ? error.cause : null;
    const code = cause !== null && typeof cause === 'object' && 'code' in cause ? String(cause.code) : 'unknown error';
    return {
      verdict: SERVICE_ERRORS.includes(code) ? 'failed' : 'inconclusive',
      detail: `${url}: ${hostLine(code, 100)}`,
    };
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
