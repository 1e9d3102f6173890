import { Button } from '@mantine/core';
import { useState } from 'react';
import { Notice } from '../ui/Notice.tsx';
import { AdmissionButtons } from './AdmissionButtons.tsx';
import type { Asset } from './asset-columns.tsx';
import { EnrolDialog } from './EnrolDialog.tsx';

/** What a person can do about a machine that is held. */
export function HeldNotice({ asset, canWrite }: { asset: Asset; canWrite: boolean }) {
  const [isEnrolling, setEnrolling] = useState(false);
  if (asset.liveness !== 'cloned' && asset.liveness !== 'waiting') return null;
  return (
    <Notice look="paused">
      <div className="stack tight">
        <p>
          <b>This machine is held.</b> It gets nothing, and what it reports is not taken.
        </p>
        {canWrite && asset.liveness === 'waiting' && <AdmissionButtons asset={asset} />}
        {canWrite && asset.liveness === 'cloned' && (
          <div className="row">
            <Button size="xs" onClick={() => setEnrolling(true)}>
              Enrol it again
            </Button>
          </div>
        )}
      </div>
      {isEnrolling && <EnrolDialog asset={asset} onClose={() => setEnrolling(false)} />}
    </Notice>
  );
}
