/** The desk: shelves on the left, the conversation in the middle, the open document on the right; tabs where it is narrow. */
import { BookOpen, Library, MessageSquareText } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { Toaster } from 'sonner';
import type { Document } from '../../src-main/contract/documents';
import type { Backend } from '../client';
import { useLiveUpdates } from '../events';
import { useProjects } from '../lists';
import { DropOverlay } from '../parts/drop-overlay';
import { FollowDialog } from '../parts/follow-dialog';
import { UnlockDialog } from '../parts/unlock-dialog';
import { type Desk, DeskProvider, type Mark } from '../state';
import type { Theme } from '../theme';
import { useUploads } from '../uploads';
import { ChatView } from './chat';
import { ShelfView } from './shelf';
import { ViewerView } from './viewer';

const NARROW = '(max-width: 899px)';
type Tab = 'shelf' | 'chat' | 'viewer';

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const change = () => setNarrow(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return narrow;
}

/** A choice that outlives a reload, per tab. */
function useKept(key: string): [string | null, (value: string | null) => void] {
  const [value, setValue] = useState(() => sessionStorage.getItem(key));
  const keep = useCallback(
    (next: string | null) => {
      if (next) sessionStorage.setItem(key, next);
      else sessionStorage.removeItem(key);
      setValue(next);
    },
    [key],
  );
  return [value, keep];
}

interface Props {
  backend: Backend;
  theme: Theme;
  setTheme(theme: Theme): void;
}

export function DeskView({ backend, theme, setTheme }: Props) {
  const online = useLiveUpdates(backend);
  const [keptProject, chooseProject] = useKept('pressmark-project');
  const [conversationId, chooseConversation] = useKept('pressmark-conversation');
  const [mark, setMark] = useState<Mark | null>(null);
  const [tab, setTab] = useState<Tab>('chat');
  const [followed, setFollowed] = useState<string | null>(null);
  const [locked, setLocked] = useState<Document | null>(null);
  const { data: items } = useProjects(backend);
  const projectId = items?.find(({ id }) => id === keptProject)?.id ?? items?.[0]?.id ?? null;
  const { addFiles, uploading, queue } = useUploads(backend, projectId, chooseProject);
  const desk = useMemo<Desk>(
    () => ({
      ...backend,
      projectId,
      conversationId,
      mark,
      uploading,
      queue,
      addFiles,
      unlock: setLocked,
      follow: setFollowed,
      chooseConversation: (id) => {
        chooseConversation(id);
        setTab('chat');
      },
      chooseProject: (id) => {
        chooseProject(id);
        chooseConversation(null);
        setMark(null);
      },
      open: (next) => {
        setMark(next);
        setTab(next ? 'viewer' : 'chat');
      },
    }),
    [backend, projectId, conversationId, mark, uploading, queue, addFiles, chooseConversation, chooseProject],
  );
  return (
    <DeskProvider value={desk}>
      <div className="flex h-full flex-col">
        {!online && (
          <p role="alert" data-testid="offline-banner" className="bg-marker px-4 py-1.5 text-center text-sm text-[#17211c]">
            The connection to Pressmark is lost. Trying again; nothing you added is gone.
          </p>
        )}
        <Layout tab={tab} setTab={setTab} hasMark={mark !== null} theme={theme} setTheme={setTheme} />
      </div>
      <DropOverlay />
      {followed !== null && <FollowDialog path={followed} onClose={() => setFollowed(null)} />}
      {locked && <UnlockDialog key={locked.id} document={locked} onClose={() => setLocked(null)} />}
      <Toaster position="bottom-right" toastOptions={{ className: '!bg-sheet !text-ink !border-rule' }} />
    </DeskProvider>
  );
}

interface LayoutProps extends Omit<Props, 'backend'> {
  tab: Tab;
  setTab(tab: Tab): void;
  hasMark: boolean;
}

function Layout({ tab, setTab, hasMark, theme, setTheme }: LayoutProps) {
  const narrow = useNarrow();
  if (narrow) {
    return (
      <>
        <div className="min-h-0 flex-1">
          {tab === 'shelf' && <ShelfView theme={theme} setTheme={setTheme} />}
          <div className={tab === 'chat' ? 'h-full' : 'hidden'}>
            <ChatView />
          </div>
          {tab === 'viewer' && <ViewerView />}
        </div>
        <Tabs tab={tab} setTab={setTab} />
      </>
    );
  }
  return (
    <Group orientation="horizontal" className="min-h-0 flex-1">
      <Panel id="shelf-panel" defaultSize={300} minSize={230} maxSize={460}>
        <ShelfView theme={theme} setTheme={setTheme} />
      </Panel>
      <Separator className="w-px bg-rule hover:bg-cloth" />
      <Panel id="chat-panel" minSize={320}>
        <ChatView />
      </Panel>
      {hasMark && (
        <>
          <Separator className="w-px bg-rule hover:bg-cloth" />
          <Panel id="viewer-panel" defaultSize="42" minSize={300}>
            <ViewerView />
          </Panel>
        </>
      )}
    </Group>
  );
}

const TABS = [
  ['shelf', 'Documents', Library],
  ['chat', 'Questions', MessageSquareText],
  ['viewer', 'Page', BookOpen],
] as const;

function Tabs({ tab, setTab }: { tab: Tab; setTab(tab: Tab): void }) {
  return (
    <nav aria-label="Panels" className="grid grid-cols-3 border-t border-rule bg-sheet">
      {TABS.map(([name, label, Icon]) => (
        <button
          key={name}
          type="button"
          aria-current={tab === name ? 'page' : undefined}
          data-testid={`tab-${name}`}
          onClick={() => setTab(name)}
          className={`flex flex-col items-center gap-0.5 border-t-2 py-2 text-xs ${tab === name ? 'border-cloth font-semibold text-cloth' : 'border-transparent text-soft'}`}
        >
          <Icon size={18} aria-hidden />
          {label}
        </button>
      ))}
    </nav>
  );
}
