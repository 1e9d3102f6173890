import { createSecretKey, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  answerMac,
  firstLink,
  isSameMac,
  makeExchangeKey,
  nextLink,
  readAnswerMac,
  readChallenge,
  readClaim,
  requestMac,
  sessionKey,
  writeAnswerMac,
  writeChallenge,
  writeClaim,
} from './host-session.ts';

const host = makeExchangeKey();
const server = makeExchangeKey();
const ends = { asset: 'host_1', host: host.publicKey, server: server.publicKey };
const key = sessionKey(host.privateKey, server.publicKey, ends) as KeyObject;
const session = { key, step: 3, link: firstLink(key, 'c'.repeat(22)) };
const request = { path: '/x', body: Buffer.from('{}') };

test('both ends derive the same key, and another asset another one', () => {
  expect(sessionKey(server.privateKey, host.publicKey, ends)?.equals(key)).toBe(true);
  expect(sessionKey(server.privateKey, host.publicKey, { ...ends, asset: 'host_2' })?.equals(key)).toBe(false);
});

test('a key that is none, or of low order, is refused', () => {
  for (const bad of ['', '!', 'A'.repeat(43), Buffer.alloc(32, 0).toString('base64url')])
    expect(sessionKey(server.privateKey, bad, ends)).toBeNull();
});

describe('a MAC covers', () => {
  const mac = requestMac(session, request);
  test.each([
    ['the path', requestMac(session, { ...request, path: '/y' })],
    ['the body', requestMac(session, { ...request, body: Buffer.from('{} ') })],
    ['the step', requestMac({ ...session, step: 4 }, request)],
    ['the link', requestMac({ ...session, link: nextLink(key, mac) }, request)],
    ['the key', requestMac({ ...session, key: createSecretKey(Buffer.alloc(32)) }, request)],
    ['that it is a request', answerMac(key, '/x', 3, request.body)],
  ])('%s', (_what, other) => {
    expect(isSameMac(mac, other)).toBe(false);
  });
  test('and the answer to it, its status and body', () => {
    const answer = answerMac(key, mac, 200, request.body);
    for (const other of [
      answerMac(key, mac, 204, request.body),
      answerMac(key, mac, 200, Buffer.from('')),
      answerMac(key, 'a'.repeat(22), 200, request.body),
    ])
      expect(isSameMac(answer, other)).toBe(false);
  });
});

test('headers are read as they are written, and in no other form', () => {
  const claim = { asset: 'host_1', step: 12, mac: 'a'.repeat(22) };
  expect(readClaim(writeClaim(claim))).toEqual(claim);
  expect(readChallenge(writeChallenge('b'.repeat(22)))).toBe('b'.repeat(22));
  expect(readAnswerMac(writeAnswerMac('c'.repeat(22)))).toBe('c'.repeat(22));
  for (const text of [
    undefined,
    '',
    'Bearer x',
    `Fleetmend host_1 -1 ${'a'.repeat(22)}`,
    `Fleetmend a b 1 ${'a'.repeat(22)}`,
  ])
    expect(readClaim(text)).toBeNull();
  for (const text of [null, '', 'mac=short']) expect([readChallenge(text), readAnswerMac(text)]).toEqual([null, null]);
});
