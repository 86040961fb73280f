import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useRef, type ReactNode } from 'react';
import { Page, PageHeader } from '#renderer/ui/page-header.tsx';
import { EmptyState } from '#renderer/ui/states.tsx';
import { AboutSection } from './about-section.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { BackupSection } from './backup-section.tsx';
import { IntegrationsSection } from './integrations-section.tsx';
import { KeyboardSection } from './keyboard-section.tsx';
import { LifetimesBlock } from './lifetimes-block.tsx';
import { NoticesSection } from './notices-section.tsx';
import { PlansSection } from './plans-section.tsx';
import { ProtectionSection } from './protection-section.tsx';
import { RetentionSection } from './retention-section.tsx';
import { SETTINGS_SECTIONS, type SectionName } from './sections.ts';
import { ServerSection } from './server-section.tsx';
import { SettingSearch } from './setting-search.tsx';
import styles from './settings.module.css';
import { TeamSection } from './team-section.tsx';
import { useSoughtSetting } from './use-sought-setting.ts';

const PANELS: Readonly<Record<SectionName, ReactNode>> = {
  server: <ServerSection />,
  protection: <ProtectionSection />,
  team: <TeamSection />,
  notices: <NoticesSection />,
  integrations: <IntegrationsSection />,
  plans: (
    <>
      <PlansSection />
      <LifetimesBlock />
    </>
  ),
  retention: <RetentionSection />,
  backup: <BackupSection />,
  appearance: <AppearanceSection />,
  keyboard: <KeyboardSection />,
  about: <AboutSection />,
};

/** Settings, one section at a time; the section is part of the address. */
export function SettingsPage() {
  const { section } = useParams({ from: '/settings/$section' });
  const { find } = useSearch({ from: '/settings/$section' });
  const panel = useRef<HTMLDivElement>(null);
  useSoughtSetting(panel, section, find);
  const current = SETTINGS_SECTIONS.find((candidate) => candidate.name === section);
  return (
    <Page>
      <PageHeader
        title={current === undefined ? 'Settings' : `Settings: ${current.label.toLowerCase()}`}
        heading="Settings"
      />
      <div className={styles.layout}>
        <SettingSearch>
          <nav aria-label="Settings sections">
            <ul className={styles.sections}>
              {SETTINGS_SECTIONS.map(({ name, label }) => (
                <li key={name}>
                  <Link
                    to="/settings/$section"
                    params={{ section: name }}
                    className={styles.section}
                    aria-current={name === section ? 'page' : undefined}
                  >
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </SettingSearch>
        <div ref={panel} className={styles.panel}>
          {current === undefined ? (
            <EmptyState title="There is no such section">Choose one of the sections at the side.</EmptyState>
          ) : (
            PANELS[current.name]
          )}
        </div>
      </div>
    </Page>
  );
}
