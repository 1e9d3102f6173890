import { spawnSync } from 'node:child_process';

/** `npm run check`: what every commit must pass, quickest first; stops at the first that fails and names it. */
const PACKAGES = ['domain', 'api', 'server', 'agent', 'cli', 'web'];

const STEPS: [name: string, program: string, args: string[]][] = [
  ['biome (format and lint)', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']],
  ...['.', ...PACKAGES.map((name) => `packages/${name}`)].map((path): [string, string, string[]] => [
    `tsc ${path}`,
    'node_modules/typescript/bin/tsc',
    ['-p', path],
  ]),
  ['vitest unit', 'node_modules/vitest/vitest.mjs', ['run', '--project', 'unit']],
  ['vitest server', 'node_modules/vitest/vitest.mjs', ['run', '--project', 'server']],
  ['knip (dead code and dependencies)', 'node_modules/knip/bin/knip.js', []],
];

function check(): number {
  for (const [name, program, args] of STEPS) {
    const began = performance.now();
    const { status } = spawnSync(process.execPath, [program, ...args], { stdio: 'inherit' });
    if (status !== 0) {
      console.error(`\n✗ ${name} failed; what comes after it was not checked.`);
      return 1;
    }
    console.log(`✓ ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  }
  return 0;
}

process.exitCode = check();
