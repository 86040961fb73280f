import type { NoticeSetup } from '#contract/notice-channels.ts';
import { NOTICE_KINDS } from '#contract/notice-kinds.ts';
import { useUpdateDesktop } from '#renderer/api/commands.ts';
import { useNoticeSetup } from '#renderer/api/queries.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ErrorNote } from '#renderer/ui/states.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import { KindsField } from './kinds-field.tsx';
import { MailBlock } from './mail-block.tsx';
import styles from './settings.module.css';
import { useNoticeTest } from './use-notice-test.ts';
import { WebhooksBlock } from './webhooks-block.tsx';

/** Who is told of what outside of the app, and how that went. */
export function NoticesSection() {
  const setup = useNoticeSetup();
  return (
    <>
      <AsyncRegion query={setup} subject="The notices">
        {(data) => (
          <>
            <WebhooksBlock webhooks={data.webhooks} />
            <MailBlock saved={data.mail} />
            {data.hasDesktop && <DesktopBlock desktop={data.desktop} />}
          </>
        )}
      </AsyncRegion>
      <DeliveryLog />
    </>
  );
}

function DesktopBlock({ desktop }: { readonly desktop: NoticeSetup['desktop'] }) {
  const update = useUpdateDesktop();
  const test = useNoticeTest();
  return (
    <section className={styles.block}>
      <h2>This desktop</h2>
      <Switch
        label="Show notices on this desktop"
        isOn={desktop.isOn}
        onChange={(isOn) => void update.run({ ...desktop, isOn })}
        help="Several of one kind are one notice. A click opens the page it is about."
      />
      {desktop.isOn && (
        <>
          <KindsField
            legend="Show when"
            offered={NOTICE_KINDS}
            chosen={desktop.kinds}
            onChange={(kinds) => void update.run({ ...desktop, kinds: [...kinds] })}
          />
          <div className={styles.row}>
            <Button isBusy={test.isSending} onClick={() => test.send({ channel: 'desktop' })}>
              Show a test
            </Button>
          </div>
        </>
      )}
      <ErrorNote error={update.error ?? test.error} />
    </section>
  );
}
