/** Asks for the password of a protected file once more: it is not stored, and without it its pages cannot be drawn. */
import { Button } from '../ui/button';

export function PagePassword({ wrong, onPassword }: { wrong: boolean; onPassword(password: string): void }) {
  return (
    <form
      data-testid="page-password"
      className="border-b border-rule bg-sheet px-4 py-3 text-sm"
      onSubmit={(event) => {
        event.preventDefault();
        const password = String(new FormData(event.currentTarget).get('password') ?? '');
        if (password) onPassword(password);
      }}
    >
      <label htmlFor="page-password">Below is the text of this protected file. Its password, which is not stored, shows the pages.</label>
      <span className="mt-2 flex gap-2">
        <input
          id="page-password"
          name="password"
          type="password"
          autoComplete="off"
          maxLength={1_000}
          required
          placeholder="Password"
          aria-invalid={wrong}
          className="min-w-0 flex-1 rounded-md border border-rule bg-paper px-3 py-1.5 placeholder:text-soft"
        />
        <Button type="submit">Show the pages</Button>
      </span>
      {wrong && (
        <p role="alert" className="mt-1.5 text-alarm">
          This is not the password of this file.
        </p>
      )}
    </form>
  );
}
