import type { PartnerDigest } from '#contract/digest.ts';
import type { Partner } from '#contract/partners.ts';
import { useDesktop } from '#renderer/api/api-context.tsx';
import { usePartnerDigest } from '#renderer/api/queries.ts';
import { AsyncRegion } from '#renderer/ui/async-region.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { CodeBlock } from '#renderer/ui/code.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Fact, Facts } from '#renderer/ui/inspector.tsx';
import { useToasts } from '#renderer/ui/toasts.tsx';
import { DigestScheduleFields } from './digest-schedule.tsx';

/** Mail programs take an address of about this length; beyond it the text is pasted. */
const MAIL_LINK_CHARACTERS_MAX = 1_900;

interface DigestDialogProps {
  readonly partner: Partner;
  readonly onClose: () => void;
}

/** What a partner would be told of the last seven days, to read, copy or put into a mail. Mounted only while open. */
export function DigestDialog({ partner, onClose }: DigestDialogProps) {
  const query = usePartnerDigest({ partnerId: partner.id }, { staleMs: 0 });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="large"
      title={`Digest for ${partner.name}`}
      description="Use, refusals and what ends soon, of the last seven days. It holds no secret."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {query.data !== undefined && <MailButton digest={query.data} />}
        </>
      }
    >
      <AsyncRegion query={query} subject="The digest">
        {(digest) => (
          <>
            <Facts>
              <Fact name="To">{digest.contactEmail}</Fact>
              <Fact name="Subject">{digest.subject}</Fact>
            </Facts>
            <CodeBlock code={digest.text} label="digest" />
            <DigestScheduleFields partner={partner} />
          </>
        )}
      </AsyncRegion>
    </Dialog>
  );
}

function MailButton({ digest }: { readonly digest: PartnerDigest }) {
  const { copyText } = useDesktop();
  const { say } = useToasts();
  const link = `mailto:${digest.contactEmail}?subject=${encodeURIComponent(digest.subject)}`;
  const whole = `${link}&body=${encodeURIComponent(digest.text)}`;
  const write = async () => {
    const fits = whole.length <= MAIL_LINK_CHARACTERS_MAX;
    if (!fits) {
      await copyText(digest.text).then(
        () => say('The text is long: it was copied, paste it into the mail.'),
        () => say('The text is long, and the clipboard refused: copy it from here into the mail.'),
      );
    }
    location.href = fits ? whole : link;
  };
  return (
    <Button variant="primary" onClick={() => void write()}>
      Write mail
    </Button>
  );
}
