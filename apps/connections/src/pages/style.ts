import { createHash } from 'node:crypto';

/** One small style sheet for every page: light and dark, from a phone to a wide screen. */
export const style = `
:root { --ink: #1b1f2a; --soft: #586074; --line: #d4d9e3; --paper: #fff; --ground: #f3f5f9; --accent: #1f5fd0;
  --on-accent: #fff; --good: #17703a; --warn: #8a5a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf2; --soft: #a3abbd; --line: #363d4d; --paper: #1a1f2b;
  --ground: #10141d; --accent: #7aa7ff; --on-accent: #0b1220; --good: #6fd394; --warn: #f0c05a; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 36rem; margin: 0 auto; padding: 1rem; }
header { display: flex; justify-content: space-between; gap: 1rem; flex-wrap: wrap; align-items: baseline; }
footer { color: var(--soft); font-size: .8125rem; }
.brand { font-weight: 700; color: var(--ink); text-decoration: none; }
.who, .soft, small { color: var(--soft); font-size: .875rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; padding: 1.5rem; margin-bottom: 1rem; }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 .75rem; } h2 { font-size: 1rem; margin: 1.25rem 0 .5rem; } .card > h2:first-child, .card > :first-child > h2:first-child { margin-top: 0; }
a { color: var(--accent); }
ul { padding: 0; margin: 0 0 1rem; list-style: none; }
.scopes li, .rows li { display: flex; justify-content: space-between; gap: .75rem; flex-wrap: wrap; padding: .625rem 0;
  border-top: 1px solid var(--line); }
fieldset { border: 0; padding: 0; margin: 1rem 0; } legend { font-weight: 600; padding: 0; margin-bottom: .375rem; }
.choice { display: flex; gap: .75rem; border: 1px solid var(--line); border-radius: 10px; padding: .625rem .75rem;
  margin-bottom: .5rem; cursor: pointer; }
.choice input { margin-top: .3rem; accent-color: var(--accent); } .choice b, .choice small { display: block; }
.choice:hover, .choice:focus-within { border-color: var(--accent); }
.actions { display: flex; gap: .75rem; flex-wrap: wrap; margin: 1.25rem 0 .75rem; }
button, .button { font: inherit; font-weight: 600; border-radius: 10px; padding: .625rem 1.125rem; cursor: pointer;
  border: 1px solid var(--line); background: var(--paper); color: var(--ink); text-decoration: none; text-align: center; }
.actions > button { flex: 1; }
.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.danger { color: var(--bad); }
.link { border: 0; background: none; padding: 0; color: var(--accent); font-weight: 400; text-decoration: underline; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.tag { font-size: .75rem; border: 1px solid var(--line); border-radius: 999px; padding: .05rem .5rem; white-space: nowrap; }
.tag.good, .tag.low { color: var(--good); } .tag.warn, .tag.medium { color: var(--warn); } .tag.high { color: var(--bad); }
.note, .warning { border-left: 4px solid var(--accent); padding: .5rem .75rem; background: var(--ground); }
.warning { border-color: var(--bad); }
.code { text-align: center; font-size: 2rem; letter-spacing: .1em; } code { overflow-wrap: anywhere; }
details { margin: 1rem 0; } summary { cursor: pointer; font-weight: 600; }
form.inline { display: inline; }
`;

/** The address changes with the content, so that browsers may keep it for ever. */
export const stylePath = `/style-${createHash('sha256').update(style).digest('hex').slice(0, 12)}.css`;
