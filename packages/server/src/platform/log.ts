import { type Logger, pino } from 'pino';

/** JSON lines on stderr (stdout is for people); secrets never reach a field that is logged. */
export function openLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
