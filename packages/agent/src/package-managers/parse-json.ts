import { DocumentRefused } from '@fleetmend/api/parse-xml.ts';
import type { z } from 'zod';

/** What a tool says in JSON, in the form we know of it. @throws DocumentRefused for anything else. */
export function parseJson<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new DocumentRefused(`not the JSON that was expected: ${String(error).slice(0, 500)}`);
  }
}
