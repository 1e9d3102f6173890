import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import type { Target } from '@fleetmend/domain/changes/change-document.ts';
import type { OrderResult } from '@fleetmend/domain/deployments/order.ts';
import type { AvailableUpdate } from '@fleetmend/domain/inventory/asset.ts';
import { buildAgent } from '../../scripts/build-agent.ts';
import { agentBinds, installAgent } from './agent-on-host.ts';
import { type Host, startHost } from './host.ts';
import { ENROLMENT_CODE, type EnrolledAsset, type ProtocolServer, startProtocolServer } from './protocol-server.ts';

type Wanted = PlanRequest['packages'][number];
type Planned = Extract<PlanAnswer['answer'], { outcome: 'planned' }>;

/** A booted host with the agent's two halves on it, and the server's side of what they say. */
export interface ManagedHost {
  host: Host;
  server: ProtocolServer;
  asset: EnrolledAsset;
  /** Waits for an update as the host reports it. */
  update(name: string, candidate: string): Promise<AvailableUpdate>;
  /** Waits until the host's own report names this version. */
  reported(name: string, version: string): Promise<void>;
  plan(packages: Wanted[]): Promise<PlanAnswer['answer']>;
  /** The plan, once the host's lists know both what is wanted and the way back. */
  planned(packages: Wanted[]): Promise<Planned>;
  /** Installs what was planned as a signed order, and gives the change's text for what comes after. */
  ship(planned: Planned, terms?: { accepts_no_rollback?: boolean }): Promise<{ result: OrderResult; document: string }>;
  takeBack(document: string): Promise<OrderResult>;
  destroy(): Promise<void>;
}

/** `prepare` changes the root before it boots; `setUp` runs on the booted host before the agent comes. */
export async function startManagedHost(options: {
  name: string;
  prepare?: (root: string) => void;
  setUp: (host: Host) => Promise<void>;
}): Promise<ManagedHost> {
  const server = await startProtocolServer();
  const binds = agentBinds(await buildAgent());
  const host = await startHost({ ...options, image: 'managers', binds });
  await options.setUp(host);
  await installAgent(host, { server: server.url, code: ENROLMENT_CODE, root: server.rootDigest });
  const asset = await server.until('an enrolled asset', () => [...server.assets.values()][0]);
  const plan = (packages: Wanted[]) => server.plan(asset.asset, packages);
  return {
    host,
    server,
    asset,
    plan,
    update: (name, candidate) =>
      server.until(`update ${name} ${candidate}`, () =>
        asset.updates?.find((each) => each.name === name && each.candidate_version === candidate),
      ),
    async reported(name, version) {
      await server.until(`${name} ${version} in a report`, () =>
        asset.lines.some((line) => line.includes(`\t${name}\t${version}\t`)),
      );
    },
    async planned(packages) {
      let answer = await plan(packages);
      for (let tries = 0; tries < 10 && (answer.outcome !== 'planned' || answer.rollback.class === 'none'); tries++) {
        await sleep(500);
        answer = await plan(packages);
      }
      if (answer.outcome !== 'planned') throw new Error(answer.reason);
      return answer;
    },
    async ship({ operations, rollback }, terms = {}) {
      const { key, hostname } = asset;
      const target: Target = { asset: asset.asset, hostname, key, operations, rollback };
      const document = server.makeDocument([target], { gates: [], ...terms });
      return { result: await server.carryOut(server.makeOrder(asset.asset, 'install', document)), document };
    },
    takeBack: (document) => server.carryOut(server.makeOrder(asset.asset, 'rollback', document)),
    async destroy() {
      await host.destroy();
      await server.close();
    },
  };
}
