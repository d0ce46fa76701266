/** The pages' only style; its hash stands in the Content-Security-Policy. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1f24, #e6e8eb); --quiet: light-dark(#57606a, #a0a8b2); --line: light-dark(#d0d7de, #3a424c);
  --ground: light-dark(#fff, #14181d); --raised: light-dark(#f6f8fa, #1c2229); --link: light-dark(#0550ae, #79b8ff);
  --good: light-dark(#116329, #7ee2a0); --warn: light-dark(#7a4b00, #f0c674); --bad: light-dark(#a40e26, #ff9aa2);
  font: 100%/1.5 system-ui, sans-serif;
}
* { box-sizing: border-box; }
body { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; color: var(--ink); background: var(--ground); }
a { color: var(--link); }
h1 { font-size: 1.5rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code { overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.drop { border: 2px dashed var(--line); border-radius: .5rem; padding: 1.25rem; background: var(--raised); }
.drop.over { border-color: var(--link); }
.drop label { display: block; font-weight: 600; margin-bottom: .5rem; }
.uploads { list-style: none; padding: 0; margin: .75rem 0 0; }
.uploads li { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; padding: .25rem 0; }
.uploads .name { flex: 1 1 12rem; overflow-wrap: anywhere; }
progress { width: 12rem; max-width: 100%; height: .75rem; accent-color: var(--link); }
article { border-top: 1px solid var(--line); padding: .75rem 0; }
article h3 { margin: 0; overflow-wrap: anywhere; display: inline; }
article p { margin: .25rem 0 0; }
.chip { display: inline-block; border: 1px solid currentcolor; border-radius: 1rem; padding: 0 .65rem; font-size: .875rem; white-space: nowrap; }
.chip.succeeded { color: var(--good); }
.chip.succeeded_with_errors, .chip.expired, .chip.canceled { color: var(--warn); }
.chip.failed { color: var(--bad); }
.chip.queued, .chip.running, .chip.awaiting_upload { color: var(--link); }
dl.counts { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: .75rem 0; }
dl.counts div { min-width: 5rem; }
dl.counts dt { color: var(--quiet); font-size: .875rem; }
dl.counts dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
ul.files { list-style: none; margin: 0; padding: 0; }
ul.files li { display: flex; justify-content: space-between; gap: 1rem; padding: .2rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
ul.files .quiet { white-space: nowrap; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: start; margin-top: 1rem; }
.actions form { margin: 0; }
button, .button { font: inherit; color: var(--ink); background: var(--raised); border: 1px solid var(--line); border-radius: .375rem; padding: .35rem .9rem; cursor: pointer; text-decoration: none; display: inline-block; }
button:hover, .button:hover { border-color: var(--link); }
button.danger { color: var(--bad); border-color: var(--bad); }
summary { cursor: pointer; padding: .35rem 0; }
.problem { border-left: .25rem solid var(--bad); padding: .5rem 1rem; background: var(--raised); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: no-preference) { .drop { transition: border-color .15s; } }
`;
