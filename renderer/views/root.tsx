/** Decides what the window shows: a short wait, the sign-in page, or the desk. */
import { useEffect, useState } from 'react';
import { type Backend, connect, readToken, saveToken } from '../client';
import { useTheme } from '../theme';
import { Button } from '../ui/button';
import { DeskView } from './desk';

type Stage = { name: 'waiting' } | { name: 'sign-in'; reason: string | null } | { name: 'ready'; backend: Backend };

const isUnauthorized = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && (error.code === 'UNAUTHORIZED' || error.code === 'FORBIDDEN');

export function Root() {
  const [theme, setTheme] = useTheme();
  const [stage, setStage] = useState<Stage>({ name: 'waiting' });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt must connect again
  useEffect(() => {
    let current = true;
    void enter().then((next) => current && setStage(next));
    return () => {
      current = false;
    };
  }, [attempt]);
  if (stage.name === 'ready') return <DeskView backend={stage.backend} theme={theme} setTheme={setTheme} />;
  if (stage.name === 'sign-in') {
    return (
      <SignIn
        reason={stage.reason}
        onToken={(token) => {
          saveToken(token);
          setAttempt((n) => n + 1);
        }}
      />
    );
  }
  return (
    <p role="status" className="grid h-full place-items-center text-soft">
      Opening your library…
    </p>
  );
}

async function enter(): Promise<Stage> {
  const token = readToken();
  if (!window.pressmark && !token) return { name: 'sign-in', reason: null };
  const backend = await connect(token);
  try {
    await backend.client.projects.list({ limit: 1 });
  } catch (error) {
    if (isUnauthorized(error)) {
      saveToken(null);
      return { name: 'sign-in', reason: 'This token was not accepted. A new one is made when Pressmark is set up afresh.' };
    }
  }
  return { name: 'ready', backend };
}

function SignIn({ reason, onToken }: { reason: string | null; onToken(token: string): void }) {
  return (
    <main className="grid h-full place-items-center p-6" data-testid="sign-in">
      <form
        className="w-full max-w-md rounded-lg border border-rule bg-sheet p-7"
        onSubmit={(event) => {
          event.preventDefault();
          const token = String(new FormData(event.currentTarget).get('token') ?? '').trim();
          if (token) onToken(token);
        }}
      >
        <img src="./icon.svg" alt="" className="size-10" />
        <h1 className="mt-4 font-serif text-2xl font-semibold">Open your library</h1>
        <p className="mt-2 text-soft">
          Pressmark keeps your documents on this machine and lets in only who has its token. You find it in the terminal, in the line that
          begins with <code className="font-mono text-ink">{'{"ready":true'}</code>, or in the file{' '}
          <code className="font-mono text-ink">server.json</code> of the data folder.
        </p>
        {reason && (
          <p role="alert" className="mt-3 text-alarm">
            {reason}
          </p>
        )}
        <label className="mt-4 block text-sm font-medium" htmlFor="token">
          Token
        </label>
        <input
          id="token"
          name="token"
          type="password"
          autoComplete="off"
          data-testid="token-input"
          className="mt-1 w-full rounded-md border border-rule bg-paper px-3 py-2 font-mono"
        />
        <Button kind="main" type="submit" className="mt-4" data-testid="token-submit">
          Open
        </Button>
      </form>
    </main>
  );
}
