/** One small style sheet for every page of the sandbox. */
export const style = `
:root { --ink: #1d2433; --soft: #5b6475; --line: #d5dae3; --paper: #fff; --ground: #eef1f6; --accent: #1f6feb; --on-accent: #fff; }
.github { --accent: #1a7f37; } .notion { --accent: #2f3437; } .signin { --accent: #5b3fd6; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
.banner { background: #fff4cc; border-bottom: 1px solid #e6d48a; padding: .5rem 1rem; text-align: center; font-size: .875rem; color: #574500; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; }
.brand { color: var(--accent); font-weight: 700; margin: 0 0 .25rem; }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 1rem; }
fieldset { border: 0; padding: 0; margin: 0 0 1.25rem; } legend { font-weight: 600; padding: 0; margin-bottom: .375rem; }
label.choice { display: flex; gap: .75rem; align-items: flex-start; border: 1px solid var(--line); border-radius: 8px; padding: .625rem .75rem; margin-bottom: .5rem; cursor: pointer; }
label.choice:focus-within, label.choice:hover { border-color: var(--accent); }
label.choice input { margin-top: .3rem; accent-color: var(--accent); }
.choice b { display: block; font-weight: 600; } small, .soft { color: var(--soft); font-size: .875rem; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
button { font: inherit; font-weight: 600; border-radius: 8px; padding: .625rem 1.125rem; border: 1px solid var(--line); background: var(--paper); color: var(--ink); cursor: pointer; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); flex: 1; }
button.person { display: block; width: 100%; text-align: left; margin-bottom: .625rem; padding: .75rem 1rem; }
button.person:hover { border-color: var(--accent); } button.person small { display: block; font-weight: 400; }
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { background: var(--ground); padding: .1rem .3rem; border-radius: 4px; overflow-wrap: anywhere; }
`;
