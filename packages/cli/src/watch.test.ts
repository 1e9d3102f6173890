import { Problem } from '@fleetmend/api/problems.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aChange, aRollout, NOW } from './test-fixtures.ts';
import { runCli, type Terminal } from './test-io.ts';
import { openTestServer, type TestServer, TOKEN } from './test-server.ts';
import type { Rollout } from './watch-rollout.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({});
});
afterAll(() => server.close());
beforeEach(() => {
  server.received = [];
  server.answers = { readRollout: () => aRollout() };
});

function cli(args: string[], terminal: Terminal = {}) {
  return runCli(args, { now: NOW, ...terminal, env: { FLEETMEND_URL: server.origin, FLEETMEND_TOKEN: TOKEN } });
}
const [machine] = aRollout().deployments;
const [ring] = aRollout().rings;
if (machine === undefined || ring === undefined) throw new Error('the fixture has a machine and a ring');
const verified = aRollout({
  state: 'succeeded',
  sentence: '1 of 1 verified',
  finished_at: '2026-11-23T12:05:00Z',
  rings: [{ ...ring, state: 'passed', verified: 1, in_flight: 0 }],
  deployments: [{ ...machine, state: 'verified', detail: 'runs 3.0.17-1' }],
});

/** The test server streams what its answer yields. */
function answerEvents(...rollouts: Rollout[]) {
  server.answers.watchRollout = (async () =>
    (async function* () {
      yield* rollouts;
    })()) as never;
}

describe('rollout watch', () => {
  test('prints one line per change of state and ends with 0 when it succeeded', async () => {
    answerEvents(
      aRollout(),
      aRollout({ deployments: [{ ...machine, state: 'observing', detail: 'waits for a report' }] }),
      verified,
    );
    const { code, out, err } = await cli(['rollout', 'watch', 'RO-1']);
    expect(code).toBe(0);
    expect(
      out
        .split('\n')
        .filter((line) => line.includes('\thost\tweb-01'))
        .map((line) => line.split('\t')[3]),
    ).toEqual(['installing', 'observing', 'verified']);
    expect(out.split('\n').filter((line) => line.includes('\trollout\t'))).toHaveLength(2);
    expect(err).toContain('1 of 1 verified');
  });

  test('with --json prints each state of the rollout as the API gives it', async () => {
    answerEvents(verified);
    const { out } = await cli(['rollout', 'watch', 'RO-1', '--json']);
    expect(JSON.parse(out.trim().split('\n').at(-1) ?? '')).toEqual(verified);
  });

  test.each(['failed', 'stopped', 'rolled_back'] as const)('ends with 6 when it is %s', async (state) => {
    server.answers.readRollout = () => aRollout({ state, sentence: 'It did not work' });
    expect((await cli(['rollout', 'watch', 'RO-1'])).code).toBe(6);
  });

  test('ends with 6 when a gate or a machine failed and a person is needed; waits on when somebody paused it', async () => {
    const paused = aRollout({
      state: 'paused',
      blocked_by: [{ kind: 'gate', text: 'nginx.service failed', owner: null, until: null }],
    });
    server.answers.readRollout = () => ({
      ...paused,
      gates: [{ name: 'nginx.service', verdict: 'fail', detail: 'not active' }],
    });
    const { code, err } = await cli(['rollout', 'watch', 'RO-1']);
    expect(code).toBe(6);
    expect(err).toContain('blocked_by: gate: nginx.service failed');
    server.answers.readRollout = () => ({ ...paused, rings: [{ ...ring, failed: 1, in_flight: 0 }] });
    expect((await cli(['rollout', 'watch', 'RO-1'])).code).toBe(6);
    server.answers.readRollout = () => paused;
    expect((await cli(['rollout', 'watch', 'RO-1', '--timeout', '1s'])).code).toBe(7);
  });

  test('asks again and again where events do not get through', async () => {
    let asked = 0;
    server.answers.readRollout = () => {
      asked += 1;
      return asked < 2 ? aRollout() : verified;
    };
    expect((await cli(['rollout', 'watch', 'RO-1'])).code).toBe(0);
    expect(asked).toBe(2);
  });

  test('outlasts a server that restarts', async () => {
    let asked = 0;
    server.answers.readRollout = () => {
      asked += 1;
      if (asked === 1) throw new Problem('database-unavailable', 'Try again in a moment.');
      return verified;
    };
    expect((await cli(['rollout', 'watch', 'RO-1'])).code).toBe(0);
  });

  test('an unknown rollout is an error at once', async () => {
    server.answers.readRollout = () => {
      throw new Problem('not-found', 'There is no rollout "RO-9".');
    };
    expect((await cli(['rollout', 'watch', 'RO-9'])).code).toBe(1);
  });

  test('--timeout ends with 7 and says that the rollout goes on', async () => {
    const { code, err } = await cli(['rollout', 'watch', 'RO-1', '--timeout', '1s']);
    expect(code).toBe(7);
    expect(err).toContain('it goes on');
  });

  test('Ctrl-C ends with 130', async () => {
    const interruption = new AbortController();
    setTimeout(() => interruption.abort(), 300);
    expect((await cli(['rollout', 'watch', 'RO-1'], { interrupted: interruption.signal })).code).toBe(130);
  });

  test('on a terminal redraws in place, within its width', async () => {
    const long = { ...machine, hostname: 'h'.repeat(100), detail: '\u001b[2Jx' };
    answerEvents(aRollout({ deployments: [long] }), verified);
    const { out } = await cli(['rollout', 'watch', 'RO-1', '--no-color'], { isOutTty: true, columns: 60 });
    expect(out).not.toContain('\u001b[2J');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: cursor movements are what is looked for
    expect(out).toMatch(/\u001b\[\d+A/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: cursor movements are what is looked for
    for (const line of out.split('\n')) expect(line.replace(/\u001b\[\d*[AKJ]/g, '').length).toBeLessThan(60);
  });
});

describe('rollout start', () => {
  test('that is not possible: 5, with what is in the way', async () => {
    server.answers.startRollout = () => {
      throw new Problem('state-conflict', 'CH-1 is in review; it is not approved.');
    };
    server.answers.readChange = () => aChange();
    const { code, err } = await cli(['rollout', 'start', 'CH-1']);
    expect(code).toBe(5);
    expect(err).toContain(
      'blocked_by: approval: 1 of 1 signatures is missing (owner: Grace) until 2026-11-24T11:00:00Z (in 23 h)',
    );
    expect(err).toContain('fix: Grace approves');
  });

  test('with --watch follows to the end', async () => {
    server.answers.startRollout = () => aRollout();
    server.answers.readRollout = () => verified;
    expect((await cli(['rollout', 'start', 'CH-1', '--watch'])).code).toBe(0);
  });
});

test('a rollback that was asked for and ends as one is a success', async () => {
  const end = aRollout({ state: 'rolled_back' });
  server.answers.rollBackRollout = () => aRollout({ state: 'rolling_back' });
  server.answers.readRollout = () => end;
  expect((await cli(['rollout', 'rollback', 'RO-1', '--watch', '--reason', 'it broke'])).code).toBe(0);
  expect(server.received[0]?.body).toEqual({ reason: 'it broke' });
});
