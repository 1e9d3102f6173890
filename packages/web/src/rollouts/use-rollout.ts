import { endpointPath, type Output } from '@fleetmend/api/client.ts';
import { contract } from '@fleetmend/api/contract.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useRead } from '../client.ts';

export type Rollout = Output<'readRollout'>;

const POLL_MS = 10_000;

/**
 * A rollout as it goes: pushed by the server, polled while the stream is away. EventSource reconnects by itself; the
 * polling bridges the time until it has.
 */
export function useRollout(id: string) {
  const cache = useQueryClient();
  const [isLive, setLive] = useState(false);
  const query = useRead('readRollout', { params: { id } }, { every: isLive ? false : POLL_MS });
  useEffect(() => {
    const source = new EventSource(endpointPath(contract.watchRollout, { params: { id } }));
    const take = (event: MessageEvent<string>) => {
      setLive(true);
      cache.setQueryData(['readRollout', { params: { id } }], JSON.parse(event.data) as Rollout);
    };
    source.addEventListener('message', take);
    source.addEventListener('rollout', take);
    source.addEventListener('open', () => setLive(true));
    source.addEventListener('error', () => setLive(false));
    return () => source.close();
  }, [id, cache]);
  return { ...query, isLive };
}
