import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { hostLine } from '@fleetmend/domain/inventory/host-line.ts';
import type { ApplierFolder } from './applier-folder.ts';

const MAX_LINES = 5000;

/** Where an order's programs write. A file and not a pipe: if we die, what runs must not die of a broken pipe. */
export function logPath(folder: ApplierFolder, order: string): string {
  return join(folder.logs, `${order}.log`);
}

/** A remark of the applier's own among the program's lines. */
export function writeNote(folder: ApplierFolder, order: string, text: string): void {
  appendFileSync(logPath(folder, order), `${hostLine(text)}\n`, { mode: 0o600 });
}

/** A reader that returns the whole lines added since it was last asked, numbered from 0; escapes are taken out. */
export function tailLog(folder: ApplierFolder, order: string): (isEnded: boolean) => { line: number; text: string }[] {
  let offset = 0;
  let next = 0;
  let rest = '';
  return (isEnded) => {
    const path = logPath(folder, order);
    if (!existsSync(path)) return [];
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(Math.min(fstatSync(file).size - offset, 8 * 1024 * 1024));
      offset += readSync(file, bytes, 0, bytes.length, offset);
      rest += bytes.toString('utf8');
    } finally {
      closeSync(file);
    }
    const lines = rest.split('\n');
    rest = isEnded ? '' : (lines.pop() ?? '');
    return lines
      .map((text) => hostLine(text))
      .filter((text) => text !== '')
      .map((text) => ({ line: next++, text }))
      .filter((entry) => entry.line < MAX_LINES);
  };
}
