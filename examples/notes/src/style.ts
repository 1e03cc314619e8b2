/** The one stylesheet; a module, so that it travels with the compiled program. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5d6678; --paper: #faf8f3; --card: #fff; --line: #e4dfd3;
  --accent: #23628f; --on-accent: #fff; --flash: #e6f2e6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e6df; --soft: #a3a9b5; --paper: #171a20; --card: #20242c;
  --line: #343a45; --accent: #8cc4ec; --on-accent: #10202c; --flash: #1f3325; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 0 1rem 2rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .5rem; justify-content: space-between; align-items: center; padding: 1rem 0; }
header form { display: flex; gap: .6rem; align-items: center; }
.brand { font: 600 1.25rem Georgia, serif; color: inherit; text-decoration: none; }
h1 { font: 600 1.9rem/1.2 Georgia, serif; margin: 1rem 0; }
h2 { font: 600 1.3rem Georgia, serif; margin: 2rem 0 .8rem; }
h3, h4 { margin: 0 0 .5rem; } h4 { margin-top: .8rem; color: var(--soft); font-size: .85rem; }
a { color: var(--accent); }
button, .button { display: inline-block; min-height: 2.75rem; padding: .55rem 1.1rem; border: 1px solid var(--accent);
  border-radius: .6rem; background: var(--accent); color: var(--on-accent); font: inherit; text-decoration: none; cursor: pointer; }
button.quiet { background: none; color: var(--soft); border-color: var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input { flex: 1; min-width: 0; min-height: 2.75rem; padding: .5rem .8rem; border: 1px solid var(--line); border-radius: .6rem;
  background: var(--card); color: inherit; font: inherit; }
.people, .add { display: flex; gap: .6rem; } .people button { flex: 1; padding: 1.2rem; font-size: 1.1rem; }
.notes, .items { list-style: none; padding: 0; margin: 1rem 0 0; }
.notes li { padding: .7rem .9rem; margin-bottom: .5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; overflow-wrap: anywhere; }
.items { margin: 0; } .items li { padding: .3rem 0; overflow-wrap: anywhere; } small { color: var(--soft); }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }
.card { padding: 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: .9rem; }
.account { display: flex; justify-content: space-between; align-items: center; gap: .6rem; overflow-wrap: anywhere; }
.message { color: var(--soft); } .flash { padding: .7rem 1rem; border-radius: .6rem; background: var(--flash); }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
`;
