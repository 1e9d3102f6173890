import { EXIT_CODES } from './exit-codes.ts';
import { processIo } from './io.ts';
import { run } from './run.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Asked a second time, or nothing is waiting that could notice: end at once.
    if (interruption.signal.aborted) process.exit(EXIT_CODES.interrupted.code);
    interruption.abort();
    setTimeout(() => process.exit(EXIT_CODES.interrupted.code), 500).unref();
  });
}
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : EXIT_CODES.error.code),
);

process.exitCode = await run(process.argv.slice(2), processIo(interruption.signal));
// A prompt leaves the terminal open for reading, which would keep the process.
process.stdin.pause();
