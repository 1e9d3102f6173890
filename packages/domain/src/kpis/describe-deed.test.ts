import { expect, test } from 'vitest';
import { describeDeed } from './describe-deed.ts';

test.each([
  ['change.create', 'change/CH-1', { title: 'openssl' }, 'asked for CH-1: openssl'],
  ['change.approve', 'change/CH-1', {}, 'signed CH-1'],
  ['change.reject', 'change/CH-1', { reason: 'not today' }, 'rejected CH-1: not today'],
  ['change.cancel', 'change/CH-1', { reason: '' }, 'cancelled CH-1'],
  ['rollout.start', 'rollout/RO-2', { change: 'CH-1' }, 'started RO-2 for CH-1'],
  [
    'deployment.install.succeeded',
    'rollout/RO-2',
    { hostname: 'web-01', detail: '' },
    'reported: the installation of RO-2 on web-01 succeeded',
  ],
  [
    'deployment.probe.failed',
    'rollout/RO-2',
    { hostname: 'web-01', detail: 'nginx is not active' },
    'reported: the gates of RO-2 on web-01 failed: nginx is not active',
  ],
  [
    'deployment.rollback.refused',
    'rollout/RO-2',
    { hostname: 'web-01' },
    'reported: the way back of RO-2 on web-01 was refused',
  ],
  [
    'deployment.probe.inconclusive',
    'rollout/RO-2',
    { hostname: 'web-01' },
    'reported: the gates of RO-2 on web-01 gave no answer',
  ],
  ['root.in-force', 'trust-root/3', {}, 'brought version 3 of the trust root into force'],
  ['root.quorum', 'trust-root', { quorum: 2 }, 'asked for a quorum of 2 in the next trust root'],
  ['asset.enrol', 'asset/host_1', { hostname: 'web-01' }, 'enrolled web-01'],
  ['asset.retire', 'asset/host_1', null, 'retired host_1'],
  ['feed.import', 'feed/kev', { refused: 'truncated' }, 'refused a file for the feed kev: truncated'],
  [
    'feed.release',
    'feed/kev',
    { records: 2000, released_records: 1800 },
    'let the feed kev through with 1800 records instead of 2000',
  ],
  ['feed.import', 'feed/kev', { records: 3 }, 'loaded the feed kev from a file'],
  // What nobody has put into words stands as it is, and no prototype speaks for it.
  ['thing.do', 'thing/1', {}, 'thing.do thing/1'],
  ['constructor', 'x', {}, 'constructor x'],
  ['deployment.constructor.failed', 'rollout/RO-2', {}, 'reported: constructor of RO-2 on  failed'],
])('%s %s', (verb, object, detail, text) => {
  expect(describeDeed({ verb, object, detail })).toBe(text);
});
