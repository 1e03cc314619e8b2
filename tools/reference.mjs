// Writes the pages of docs/reference that are made from code: `npm run build && node tools/reference.mjs`.
// A test compares them with the code, so a stale page does not get far.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { variables, variablesOf } from '#libs/config';
import { catalogue } from '#libs/http';

const root = fileURLToPath(new URL('..', import.meta.url));
const made = '<!-- Made from code by tools/reference.mjs. Change the code, not this page. -->';

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (head, rows) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

function defaultOf(variable) {
  if (variable.default === undefined) return variable.optional ? 'none' : '**required**';
  return variable.default === '' ? 'empty' : `\`${variable.default}\``;
}

function configurationPage() {
  const readers = (name) => Object.keys(variablesOf).filter((program) => variablesOf[program].includes(name));
  const rows = Object.entries(variables).map(([name, variable]) => [
    `\`${name}\``,
    variable.description + (variable.secret ? ' Secret: never printed.' : ''),
    variable.must,
    defaultOf(variable),
    readers(name).join(', '),
  ]);
  return [
    made,
    '# Configuration',
    'Every setting is an environment variable. They are read once, when a program starts. If any is missing or breaks its rule, the program does not start, and says all that is wrong at once: names and rules, never values. An empty variable counts as absent.',
    table(['variable', 'what it is', 'must be', 'default', 'read by'], rows),
  ];
}

function errorsPage() {
  const rows = Object.entries(catalogue).map(([code, entry]) => [
    `[\`${code}\`](#${code})`,
    entry.status,
    entry.title,
    entry.mender,
  ]);
  const sections = Object.entries(catalogue).flatMap(([code, entry]) => [
    `## ${code}`,
    `${entry.title}. Status ${entry.status}${entry.retryAfter ? `, \`Retry-After\` ${entry.retryAfter} s unless the answer knows better` : ''}.`,
    entry.meaning,
    `**Mended by ${entry.mender}.** ${entry.how}`,
  ]);
  return [
    made,
    '# Errors',
    'Every error of every app has one shape: `error` (a code of this page), `error_description` (for a developer; it names field and rule), `error_uri` (a page like this one), `request_id` (to give to an operator), and, where they apply, `exchange_id`, `denied_by`, `missing_scopes`, `interaction_uri`, `interval`, `expires_in`, `choices` and `retry_after`. Decide by the code, never by the description. Answers with a status from 500 on say nothing that is not on this page.',
    'What HTTP itself refuses keeps its own status with the code `invalid_request`: 405 (with `Allow`), 408, 413 (a body over 64 KiB), 414, 415 and 431. Bytes that are not HTTP at all get 400.',
    table(['code', 'status', 'what it says', 'who can mend it'], rows),
    ...sections,
  ];
}

/** Path below the repository and text of every page. */
export async function referencePages() {
  const style = { parser: 'markdown', printWidth: 120 };
  const pages = { 'docs/reference/configuration.md': configurationPage(), 'docs/reference/errors.md': errorsPage() };
  const written = Object.entries(pages).map(async ([path, parts]) => [path, await format(parts.join('\n\n'), style)]);
  return Object.fromEntries(await Promise.all(written));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await referencePages())) {
    writeFileSync(root + path, text);
    console.log(`Wrote ${path}`);
  }
}
