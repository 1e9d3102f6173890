import type { Readable } from 'node:stream';
import type { Output } from '@fleetmend/api/client.ts';
import { Problem } from '@fleetmend/api/problems.ts';
import { asRecord } from '@fleetmend/domain/advisories/read-fields.ts';
import type { VexReading } from '@fleetmend/domain/advisories/vex/vex-statement.ts';
import { createJsonGuard } from '@fleetmend/domain/feeds/json-guard.ts';
import { readVex } from '@fleetmend/domain/findings/read-vex.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { requestFindings } from '../inventory/request-findings.ts';
import type { Ctx } from '../platform/context.ts';
import { newId } from '../platform/id.ts';
import { findVex, listAssetsOfVex, listVexRows } from './vex.queries.ts';
import { deleteVex, insertVex } from './vex.store.ts';

const MAX_BYTES = 64 * 1024 ** 2;
const MAX_STATEMENTS = 200_000;

/**
 * Takes a VEX document in the place of an older one of the same id, and looks anew at every machine that it may speak of.
 * The upload is read before the transaction begins. @throws Problem `invalid`, `body-too-large`
 */
export async function importVex(ctx: Ctx, octets: Readable): Promise<Output<'importVex'>> {
  const reading = parse(await collect(octets));
  const id = newId('vex', ctx.now);
  await ctx.db.transaction().execute(async (db) => {
    const before = await findVex(db, reading.document);
    const assets = new Set(before === null ? [] : await listAssetsOfVex(db, before));
    await insertVex(db, reading, { id, by: ctx.actor.label, now: ctx.now });
    for (const asset of await listAssetsOfVex(db, id)) assets.add(asset);
    await requestFindings({ ...ctx, db }, [...assets]);
    const { id: document, author } = reading.document;
    const detail = { document, author, statements: reading.statements.length };
    await recordAudit({ ...ctx, db }, { verb: 'vex.import', object: `vex/${id}`, detail });
  });
  const [row] = await listVexRows(ctx.db, { id, after: null, limit: 1 });
  if (row === undefined) throw new Problem('not-found', 'The document was removed at the same moment.');
  return row;
}

/** Takes back a document, and looks anew at the machines whose findings it has answered. @throws Problem `not-found` */
export async function removeVex(ctx: Ctx, id: string): Promise<void> {
  const assets = await listAssetsOfVex(ctx.db, id);
  const [row] = await listVexRows(ctx.db, { id, after: null, limit: 1 });
  if (row === undefined || !(await deleteVex(ctx.db, id)))
    throw new Problem('not-found', `There is no VEX document "${id}".`);
  await requestFindings(ctx, assets);
  const { document, author, answers } = row;
  await recordAudit(ctx, { verb: 'vex.remove', object: `vex/${id}`, detail: { document, author, answers } });
}

async function collect(octets: Readable): Promise<string> {
  const guard = createJsonGuard(JSON_LIMITS);
  let tooMuch: string | null = null;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of octets as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BYTES) throw new Problem('body-too-large', `A VEX document has at most ${MAX_BYTES} bytes.`);
    // The rest is read all the same: who is still sending does not see the answer.
    tooMuch ??= guard.check(part);
    if (tooMuch === null) parts.push(part);
  }
  if (tooMuch !== null) throw new Problem('invalid', tooMuch);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch {
    throw new Problem('invalid', 'It is not text in UTF-8.');
  }
}

function parse(text: string): VexReading {
  if (text.includes('\\u0000')) throw new Problem('invalid', 'It holds a character that cannot be stored.');
  const reading = readVex(asRecord(parseJson(text)) ?? {});
  if (reading === null) throw new Problem('invalid', 'It is no VEX document in OpenVEX, CSAF or CycloneDX.');
  const { statements, unresolved } = reading;
  if (statements.length === 0)
    throw new Problem(
      'invalid',
      `It states nothing of a product that can be told from it (${unresolved} statements cannot).`,
    );
  if (statements.length > MAX_STATEMENTS)
    throw new Problem('invalid', `It holds more than ${MAX_STATEMENTS} statements.`);
  return reading;
}

/** A document names its products in lists, never as keys. */
const JSON_LIMITS = {
  json_depth: 64,
  field_bytes: 1024 ** 2,
  object_members: 10_000,
  record_bytes: MAX_BYTES,
  record_members: 5_000_000,
};

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem('invalid', `It is not JSON: ${(error as Error).message}`);
  }
}
