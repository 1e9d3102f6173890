import { FeedRefused } from './feed-errors.ts';
import type { FeedLimits } from './feed-limits.ts';

export interface JsonGuard {
  /** Looks at bytes before any parser does. @throws FeedRefused */
  check(chunk: Uint8Array): void;
  /** The next record begins: its bytes and members are counted anew. */
  nextRecord(): void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Bounds what a JSON parser would have to hold: nesting, the length of one text, the members of one record. */
export function createJsonGuard(limits: FeedLimits): JsonGuard {
  let depth = 0;
  let isInText = false;
  let isEscaped = false;
  let textBytes = 0;
  let members = 0;
  let recordBytes = 0;

  function checkText(byte: number): void {
    textBytes++;
    if (textBytes > limits.field_bytes)
      throw new FeedRefused(`A text in it is longer than ${limits.field_bytes} bytes.`);
    if (isEscaped) isEscaped = false;
    else if (byte === BACKSLASH) isEscaped = true;
    else if (byte === QUOTE) isInText = false;
  }

  function checkStructure(byte: number): void {
    if (byte === QUOTE) {
      isInText = true;
      textBytes = 0;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      if (depth > limits.json_depth)
        throw new FeedRefused(`Its JSON is nested deeper than ${limits.json_depth} levels.`);
    } else if (byte === 0x7d || byte === 0x5d) depth--;
    else if (byte === 0x2c) {
      members++;
      if (members > limits.record_members)
        throw new FeedRefused(`One record has more than ${limits.record_members} members.`);
    }
  }

  return {
    check(chunk) {
      recordBytes += chunk.length;
      if (recordBytes > limits.record_bytes)
        throw new FeedRefused(`One record is larger than ${limits.record_bytes} bytes.`);
      for (const byte of chunk) {
        if (isInText) checkText(byte);
        else checkStructure(byte);
      }
    },
    nextRecord() {
      members = 0;
      recordBytes = 0;
    },
  };
}
