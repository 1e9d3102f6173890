/** What a JSON parser may have to hold. */
export interface JsonLimits {
  /** Levels of lists and objects in one another. */
  json_depth: number;
  /** Bytes of one text, a name included, and members of one object. */
  field_bytes: number;
  object_members: number;
  /** Bytes and members of one record. */
  record_bytes: number;
  record_members: number;
}

/** Looks at JSON before any parser does. */
export interface JsonGuard {
  /** What is too much in the bytes so far, in words; null while nothing is. */
  check(chunk: Uint8Array): string | null;
  /** The next record begins: its bytes and members are counted anew. */
  nextRecord(): void;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const OPEN_LIST = 0x5b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_LIST = 0x5d;

/** Counts what there is too much of, byte by byte: no parser has to hold, or to fall over, what ends here. */
export function createJsonGuard(limits: JsonLimits): JsonGuard {
  /** Members so far, of the objects that are open; -1 is a list, whose members only the record counts. */
  const open: number[] = [];
  let isInText = false;
  let isEscaped = false;
  let textBytes = 0;
  let members = 0;
  let recordBytes = 0;

  function countMember(): string | null {
    const own = open.length - 1;
    const count = open[own] ?? -1;
    members++;
    if (count >= 0) open[own] = count + 1;
    if (count >= limits.object_members) return `One object in it has more than ${limits.object_members} members.`;
    return members > limits.record_members ? `One record has more than ${limits.record_members} members.` : null;
  }

  function checkStructure(byte: number): string | null {
    if (byte === COMMA) return countMember();
    if (byte === QUOTE) {
      isInText = true;
      textBytes = 0;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (open.length >= limits.json_depth) return `Its JSON is nested deeper than ${limits.json_depth} levels.`;
      open.push(byte === OPEN_OBJECT ? 0 : -1);
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) open.pop();
    return null;
  }

  /** Goes on to the end of the text, or of the chunk; returns where. */
  function passText(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) {
        isInText = false;
        return at;
      }
    }
    return chunk.length;
  }

  return {
    check(chunk) {
      recordBytes += chunk.length;
      if (recordBytes > limits.record_bytes) return `One record is larger than ${limits.record_bytes} bytes.`;
      for (let at = 0; at < chunk.length; at++) {
        if (isInText) {
          const end = passText(chunk, at);
          textBytes += end - at;
          if (textBytes > limits.field_bytes) return `A text in it is longer than ${limits.field_bytes} bytes.`;
          at = end;
          continue;
        }
        const complaint = checkStructure(chunk[at] ?? 0);
        if (complaint !== null) return complaint;
      }
      return null;
    },
    nextRecord() {
      members = 0;
      recordBytes = 0;
    },
  };
}
