/** A field for a password that can be shown while it is typed, with what is wrong with it below. */
import { type RefObject, useState } from 'react';

interface Props {
  id: string;
  input: RefObject<HTMLInputElement | null>;
  wrong: string | null;
}

export function PasswordField({ id, input, wrong }: Props) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <label className="mt-4 block text-sm font-medium" htmlFor={id}>
        Password
      </label>
      <span className="relative mt-1 block">
        <input
          ref={input}
          id={id}
          name="password"
          type={shown ? 'text' : 'password'}
          autoComplete="off"
          spellCheck={false}
          maxLength={1_000}
          required
          data-testid={id}
          aria-invalid={wrong !== null}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          className="w-full rounded-md border border-rule bg-paper py-2 pr-16 pl-3"
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label="Show the password"
          onClick={() => setShown(!shown)}
          className="absolute inset-y-1 right-1 rounded px-2 text-xs text-soft hover:bg-sunk hover:text-ink"
        >
          {shown ? 'Hide' : 'Show'}
        </button>
      </span>
      <p id={`${id}-wrong`} role="alert" data-testid={`${id}-wrong`} className="mt-2 min-h-[1.5em] text-sm text-alarm">
        {wrong}
      </p>
    </>
  );
}
