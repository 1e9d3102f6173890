import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installWhatHostTestsNeed } from './test/host-packages.ts';
import { add, type Counts, nothing, runVitest } from './test/run-vitest.ts';

/**
 * `npm test`: sets up what the tests need, then runs them all. `npm test -- packages/domain` runs those files only;
 * `FLEETMEND_TEST=fast` leaves out the tests on whole machines and in a browser.
 */
const given = process.argv.slice(2);
const isFast = process.env['FLEETMEND_TEST'] === 'fast';
const reports = mkdtempSync(join(tmpdir(), 'fleetmend-reports-'));

async function runAll(): Promise<Counts> {
  if (given.length > 0) {
    console.log(`Running the tests of ${given.join(' ')}.`);
    return runVitest(given, reports);
  }
  const rooms = isFast ? ['unit', 'server'] : ['unit', 'server', 'hosts'];
  console.log('unit: calculations, the contract, the architecture (no database)');
  console.log('server: use cases and SQL, on a real PostgreSQL started for this run');
  if (isFast) console.log('hosts: left out (FLEETMEND_TEST=fast)');
  else {
    console.log('hosts: agent, npm start, booted machines, browser journeys (some minutes)');
    installWhatHostTestsNeed();
  }
  let sum = nothing;
  for (const room of rooms) sum = add(sum, await runVitest(['--project', room], reports));
  return sum;
}

try {
  const { passed, failed, skipped, isSound } = await runAll();
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = isSound && failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
