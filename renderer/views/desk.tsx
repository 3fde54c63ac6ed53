/** The desk: shelves on the left, the conversation in the middle, the open document on the right; tabs where it is narrow. */
import { BookOpen, Library } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { Toaster } from 'sonner';
import type { Document } from '../../src-main/contract/documents';
import type { Backend } from '../client';
import { useLiveUpdates } from '../events';
import { useProjects } from '../lists';
import { DropOverlay } from '../parts/drop-overlay';
import { FollowDialog } from '../parts/follow-dialog';
import { ProblemsBanner } from '../parts/problems';
import { UnlockDialog } from '../parts/unlock-dialog';
import { VIEWS } from '../parts/view-choice';
import { type Desk, DeskProvider, type Mark, useDesk, type View } from '../state';
import type { Theme } from '../theme';
import { Boundary } from '../ui/boundary';
import { type Movable, useMovable } from '../ui/movable';
import { useUploads } from '../uploads';
import { ChatView } from './chat';
import { ShelfView } from './shelf';
import { ViewerView } from './viewer';

/** Read when they are first wanted: drawing a graph takes a library of its own. */
const GraphView = lazy(() => import('./graph').then(({ GraphView }) => ({ default: GraphView })));
const ModelsView = lazy(() => import('./models').then(({ ModelsView }) => ({ default: ModelsView })));

const NARROW = '(max-width: 899px)';
type Tab = View | 'shelf' | 'viewer';

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
  const [view, setView] = useState<View>('chat');
  const [tab, setTab] = useState<Tab>('chat');
  const show = useCallback((next: View) => {
    setView(next);
    setTab(next);
  }, []);
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
      view,
      show,
      uploading,
      queue,
      addFiles,
      unlock: setLocked,
      follow: setFollowed,
      chooseConversation,
      chooseProject: (id) => {
        chooseProject(id);
        chooseConversation(null);
        setMark(null);
      },
      open: (next) => {
        setMark(next);
        setTab(next ? 'viewer' : view);
      },
    }),
    [backend, projectId, conversationId, mark, view, show, uploading, queue, addFiles, chooseConversation, chooseProject],
  );
  return (
    <DeskProvider value={desk}>
      <div className="flex h-full flex-col">
        {!online && (
          <p role="alert" data-testid="offline-banner" className="bg-marker px-4 py-1.5 text-center text-sm text-[#17211c]">
            The connection to Pressmark is lost. Trying again; nothing you added is gone.
          </p>
        )}
        <ProblemsBanner />
        <Parts tab={tab} setTab={setTab} hasMark={mark !== null} theme={theme} setTheme={setTheme} />
      </div>
      <DropOverlay />
      {followed !== null && <FollowDialog path={followed} onClose={() => setFollowed(null)} />}
      {locked && <UnlockDialog key={locked.id} document={locked} onClose={() => setLocked(null)} />}
      <Notes />
    </DeskProvider>
  );
}

const TOAST = {
  closeButton: true,
  classNames: {
    toast: '!bg-sheet !text-ink !border-rule',
    title: '[overflow-wrap:anywhere]',
    description: '!text-soft [overflow-wrap:anywhere]',
    closeButton: '!bg-sheet !text-ink !border-rule',
  },
};
/** Above the line where questions are typed, and above the tabs of a narrow window. */
const TOAST_OFFSET = { bottom: '5.5rem', right: '1.25rem', left: '1rem' };

function Notes() {
  return <Toaster position="bottom-right" offset={TOAST_OFFSET} mobileOffset={TOAST_OFFSET} toastOptions={TOAST} />;
}

interface PartsProps extends Omit<Props, 'backend'> {
  tab: Tab;
  setTab(tab: Tab): void;
  hasMark: boolean;
}

/** The three parts outlive the layout: a window made narrower neither stops an answer nor forgets what was typed. */
function Parts({ theme, setTheme, ...rest }: PartsProps) {
  const shelf = useMovable(<ShelfView theme={theme} setTheme={setTheme} />);
  const middle = useMovable(<Middle />);
  const viewer = useMovable(<ViewerView />);
  return (
    <>
      {shelf.part}
      {middle.part}
      {viewer.part}
      <Layout {...rest} shelf={shelf.place} middle={middle.place} viewer={viewer.place} />
    </>
  );
}

type Place = Movable['place'];
interface LayoutProps extends Pick<PartsProps, 'tab' | 'setTab' | 'hasMark'> {
  shelf: Place;
  middle: Place;
  viewer: Place;
}

const Opening = () => <p className="grid h-full place-items-center bg-sheet text-soft">Opening…</p>;

/** An answer goes on growing, and the graph keeps its place, while another view is shown. */
function Middle() {
  const { view, projectId } = useDesk();
  const [drawn, setDrawn] = useState(false);
  if (view === 'graph' && !drawn) setDrawn(true);
  return (
    <>
      <div className={view === 'chat' ? 'h-full' : 'hidden'}>
        <ChatView />
      </div>
      {drawn && (
        <div className={view === 'graph' ? 'h-full' : 'hidden'}>
          <Boundary name="The graph">
            <Suspense fallback={<Opening />}>
              <GraphView key={projectId} />
            </Suspense>
          </Boundary>
        </div>
      )}
      {view === 'models' && (
        <Boundary name="The list of models">
          <Suspense fallback={<Opening />}>
            <ModelsView />
          </Suspense>
        </Boundary>
      )}
    </>
  );
}

const LAYER = 'absolute inset-0';
/** It keeps its size, and with it what is in sight of it. */
const HIDDEN_LAYER = `${LAYER} invisible`;

function Layout({ tab, setTab, hasMark, shelf, middle, viewer }: LayoutProps) {
  const narrow = useNarrow();
  if (narrow) {
    return (
      <>
        {tab !== 'shelf' && <h1 className="sr-only">Pressmark</h1>}
        <div className="relative min-h-0 flex-1">
          <div ref={shelf} className={tab === 'shelf' ? LAYER : HIDDEN_LAYER} />
          <div ref={middle} className={tab === 'shelf' || tab === 'viewer' ? HIDDEN_LAYER : LAYER} />
          <div ref={viewer} className={tab === 'viewer' ? LAYER : HIDDEN_LAYER} />
        </div>
        <Tabs tab={tab} setTab={setTab} />
      </>
    );
  }
  return (
    <Group orientation="horizontal" className="min-h-0 flex-1">
      <Panel id="shelf-panel" defaultSize={300} minSize={230} maxSize={460}>
        <div ref={shelf} className="h-full" />
      </Panel>
      <Separator aria-label="Width of the library" className="w-px bg-rule hover:bg-cloth" />
      <Panel id="chat-panel" minSize={320}>
        <div ref={middle} className="h-full" />
      </Panel>
      {hasMark && (
        <>
          <Separator aria-label="Width of the page" className="w-px bg-rule hover:bg-cloth" />
          <Panel id="viewer-panel" defaultSize="42" minSize={300}>
            <div ref={viewer} className="h-full" />
          </Panel>
        </>
      )}
    </Group>
  );
}

const TABS = [['shelf', 'Documents', Library], ...VIEWS, ['viewer', 'Page', BookOpen]] as const;

function Tabs({ tab, setTab }: { tab: Tab; setTab(tab: Tab): void }) {
  const { show } = useDesk();
  return (
    <nav aria-label="Panels" className="grid grid-cols-5 border-t border-rule bg-sheet">
      {TABS.map(([name, label, Icon]) => (
        <button
          key={name}
          type="button"
          aria-current={tab === name ? 'page' : undefined}
          data-testid={`tab-${name}`}
          onClick={() => (name === 'shelf' || name === 'viewer' ? setTab(name) : show(name))}
          className={`flex flex-col items-center gap-0.5 border-t-2 py-2 text-[0.6875rem] ${tab === name ? 'border-cloth font-semibold text-cloth' : 'border-transparent text-soft'}`}
        >
          <Icon size={18} aria-hidden />
          {label}
        </button>
      ))}
    </nav>
  );
}
