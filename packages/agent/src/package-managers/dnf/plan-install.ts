import type { PlanAnswer, PlanRequest } from '@fleetmend/api/agent-protocol.ts';
import { planRpms } from '../rpm/plan-rpms.ts';
import { listInstalled } from './list-installed.ts';
import { planAnswer, queryDnf, toOffer } from './query-dnf.ts';

/** The exact plan by dnf's own solver. */
export async function planInstall(folder: string, packages: PlanRequest['packages']): Promise<PlanAnswer['answer']> {
  return planRpms(await listInstalled(), packages, async () => {
    const answer = await queryDnf(folder, { do: 'plan', packages }, planAnswer);
    if ('obstacle' in answer) return answer;
    const { removed } = answer;
    return { incoming: answer.incoming.map(toOffer), back: answer.back.map(toOffer), removed };
  });
}
