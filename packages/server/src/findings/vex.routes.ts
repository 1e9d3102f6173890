import { describeStatement } from '@fleetmend/domain/findings/vex-findings.ts';
import type { FastifyInstance } from 'fastify';
import { bind } from '../platform/bind.ts';
import { readCursor, toPage } from '../platform/cursor.ts';
import type { Services } from '../platform/http.ts';
import { closingStatus } from './closing-status.ts';
import { exportVex } from './export-vex.ts';
import { importVex, removeVex } from './import-vex.ts';
import { type AnsweredRow, listAnsweredRows, listVexRows } from './vex.queries.ts';

/** Binds the endpoints of VEX documents and of the findings they answer. */
export function registerVexRoutes(app: FastifyInstance, services: Services): void {
  bind(app, services, 'listVex', async (ctx, { query }) => {
    const found = await listVexRows(ctx.db, { id: null, after: readCursor(query.cursor, 2), limit: query.limit });
    return toPage(
      found,
      query.limit,
      ({ imported_at, id }) => [imported_at, id],
      (row) => row,
    );
  });
  bind(app, services, 'importVex', { isOwnTransaction: true, run: (ctx, { octets }) => importVex(ctx, octets) });
  bind(app, services, 'removeVex', async (ctx, { params }) => {
    await removeVex(ctx, params.id);
    return null;
  });
  bind(app, services, 'listAnsweredFindings', async (ctx, { query }) => {
    const found = await listAnsweredRows(ctx.db, {
      document: query.document ?? null,
      asset: query.asset ?? null,
      after: readCursor(query.cursor, 3),
      limit: query.limit,
    });
    return toPage(found, query.limit, ({ asset, vulnerability, source }) => [asset, vulnerability, source], describe);
  });
  bind(app, services, 'exportVex', (ctx, { query }) => exportVex(ctx, query.format));
}

function describe({ statement, ecosystem: _ecosystem, source: _source, ...row }: AnsweredRow) {
  const { justification, impact, timestamp, document } = statement;
  return {
    ...row,
    status: closingStatus(statement),
    vex: describeStatement(statement),
    author: document.author,
    justification,
    impact,
    stated_at: timestamp,
  };
}
