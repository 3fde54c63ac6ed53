/** A project is saved as a file and brought in again; a file that is none says why. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLES } from '../support/server';
import { expect, test } from './fixtures';
import { addFiles, ask, createProject, openWindow, row, waitSearchable } from './journey';

test('a project is saved as a file, and comes in again with its documents and conversations', async ({ page, server }, info) => {
  await openWindow(page, server);
  await createProject(page, 'Telescope');
  await addFiles(page, [join(SAMPLES, 'handbook.md')]);
  await waitSearchable(page, 'handbook.md');
  await ask(page, 'What is the diameter of the dish?');
  await page.getByTestId('project-menu').click();
  const saving = page.waitForEvent('download');
  await page.getByTestId('export-project').click();
  const saved = await saving;
  const path = info.outputPath(saved.suggestedFilename());
  await saved.saveAs(path);
  await page.getByTestId('project-file').setInputFiles(path);
  await expect(page.getByTestId('project-list').getByRole('listitem')).toHaveCount(2);
  await expect(page.getByText('was brought in')).toBeVisible();
  await expect(page.getByTestId('project-importing')).toHaveCount(0);
  await expect(page.getByTestId('conversation-list').getByRole('listitem')).toHaveCount(1);
  await waitSearchable(page, 'handbook.md');
  await expect(row(page, 'handbook.md')).toHaveCount(1);
});

test('a file that is no project changes nothing and says so', async ({ page, server }, info) => {
  const path = info.outputPath('holiday.zip');
  writeFileSync(path, 'PK? No.');
  await openWindow(page, server);
  await page.getByTestId('project-file').setInputFiles(path);
  await expect(page.getByText('holiday.zip was not brought in')).toBeVisible();
  await expect(page.getByTestId('project-list').getByRole('listitem')).toHaveCount(0);
});
