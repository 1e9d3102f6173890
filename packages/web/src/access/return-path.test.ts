import { expect, test } from 'vitest';
import { isOwnPath } from './return-path.ts';

test.each(['/', '/changes/CH-1', '/patches?search=openssl'])('%s is ours', (path) => {
  expect(isOwnPath(path)).toBe(true);
});

test.each(['', '//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', 'changes'])(
  '%s is not followed',
  (path) => {
    expect(isOwnPath(path)).toBe(false);
  },
);
