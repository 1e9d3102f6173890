import { CopyText } from '../ui/CopyText.tsx';
import { ExactInstant } from '../ui/Instant.tsx';
import { Notice } from '../ui/Notice.tsx';

/** A sign-in link, shown this once. */
export function SignInLink({ url, expires_at }: { url: string; expires_at: string }) {
  return (
    <Notice look="waiting">
      <div className="stack tight">
        <p>
          Hand this link over yourself. It signs in once, until <ExactInstant at={expires_at} />, and is not shown
          again.
        </p>
        <CopyText text={url} name="sign-in link" />
      </div>
    </Notice>
  );
}
