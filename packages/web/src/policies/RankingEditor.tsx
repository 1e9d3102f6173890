import type { Output } from '@fleetmend/api/client.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCan } from '../access/use-session.ts';
import { useSend } from '../client.ts';
import { announce } from '../ui/announce.ts';
import { Notice } from '../ui/Notice.tsx';
import { Panel } from '../ui/Panel.tsx';
import { ProblemAlert } from '../ui/ProblemAlert.tsx';
import { RankingMoves } from './RankingMoves.tsx';
import { RankingVersions } from './RankingVersions.tsx';
import { WeightsPanel } from './WeightsPanel.tsx';
import { YamlField } from './YamlField.tsx';

type Ranking = Output<'readRanking'>;

const TOUCHED = ['readRanking', 'listRankingVersions', 'listPatches', 'readPatch', 'explainPatch'] as const;

/** The weights as text. Preview says what they would move; only what has been previewed can be kept. */
export function RankingEditor({ standing }: { standing: Ranking }) {
  const [opened, setOpened] = useState(standing);
  const [text, setText] = useState(standing.yaml);
  const canWrite = useCan('ranking:write');
  const preview = useSend('previewRanking', []);
  const put = useSend('putRanking', TOUCHED);
  const change = (next: string) => {
    setText(next);
    preview.reset();
    put.reset();
  };
  const load = (ranking: Ranking) => {
    setOpened(standing);
    change(ranking.yaml);
  };
  const keep = () =>
    put.mutate(
      { body: { yaml: text }, ifMatch: String(opened.version) },
      {
        onSuccess: (kept) => {
          announce(`Version ${kept.version} of the ranking ranks from now on`);
          setOpened(kept);
          preview.reset();
        },
      },
    );
  const isChanged = text !== standing.yaml;
  return (
    <>
      <div className="columns">
        <Panel title="Weights">
          <div className="stack">
            <YamlField label="Weights as YAML" value={text} canWrite={canWrite} minRows={16} onChange={change} />
            {opened.version !== standing.version && (
              <Notice look="partial" isAlert>
                <div className="row spread">
                  <span>Version {standing.version} has come since you began; yours cannot be kept beside it.</span>
                  <Button size="xs" variant="default" onClick={() => load(standing)}>
                    Drop mine and load it
                  </Button>
                </div>
              </Notice>
            )}
            {preview.error !== null && <ProblemAlert error={preview.error} doing="read these weights" />}
            {put.error !== null && <ProblemAlert error={put.error} doing="keep these weights" />}
            <div className="row">
              <Button
                variant="default"
                disabled={!isChanged}
                loading={preview.isPending}
                onClick={() => preview.mutate({ body: { yaml: text } })}
              >
                Preview what it moves
              </Button>
              {canWrite && (
                <Button disabled={!isChanged || preview.data === undefined} loading={put.isPending} onClick={keep}>
                  Keep as version {opened.version + 1}
                </Button>
              )}
              {isChanged && (
                <Button variant="subtle" onClick={() => load(standing)}>
                  Undo my changes
                </Button>
              )}
            </div>
          </div>
        </Panel>
        <WeightsPanel standing={standing.weights} next={preview.data?.weights ?? null} />
      </div>
      {preview.data && <RankingMoves preview={preview.data} />}
      <RankingVersions standing={standing.version} canLoad={canWrite} onLoad={load} />
    </>
  );
}
