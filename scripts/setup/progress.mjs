/** Progress lines on stderr: what is being done, and how long it took. */

/** One line of text on stderr. */
export function say(text) {
  process.stderr.write(`pressmark: ${text}\n`);
}

/**
 * Runs `work` between two lines; a long step says every 15 s that it still goes on.
 * @returns what `work` returns; its error passes through
 */
export async function step(name, work) {
  const start = performance.now();
  const elapsed = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  say(`${name} …`);
  const alive = setInterval(() => say(`${name}: still at it (${elapsed()})`), 15_000);
  try {
    const result = await work();
    say(`${name}: done (${elapsed()})`);
    return result;
  } catch (error) {
    say(`${name}: failed (${elapsed()})`);
    throw error;
  } finally {
    clearInterval(alive);
  }
}
