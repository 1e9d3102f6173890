import { expect, test } from 'vitest';
import { createLimiter, network } from './limit-attempts.ts';

const at = (seconds: number) => new Date(seconds * 1000);

test('each address has its share, again after the span', () => {
  const limiter = createLimiter({ most: 2, seconds: 60 });
  limiter.count('10.0.0.1', at(0));
  limiter.count('10.0.0.1', at(59));
  expect(() => limiter.count('10.0.0.1', at(59))).toThrow('Too many attempts');
  limiter.count('10.0.0.2', at(59));
  limiter.count('10.0.0.1', at(60));
});

test('what turned out well does not count', () => {
  const limiter = createLimiter({ most: 1, seconds: 60 });
  for (let i = 0; i < 5; i++) {
    limiter.count('10.0.0.1', at(0));
    limiter.forgive('10.0.0.1');
  }
  limiter.forgive('10.9.9.9');
});

test('a flood of addresses fills no memory, and the newest are remembered', () => {
  const limiter = createLimiter({ most: 1, seconds: 60 });
  for (let i = 0; i <= 10_000; i++) limiter.count(`a${i}`, at(0));
  expect(() => limiter.count('a10000', at(0))).toThrow();
  expect(() => limiter.count('a0', at(0))).not.toThrow();
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, place) => {
  expect(network(address)).toBe(place);
});
