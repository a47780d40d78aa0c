/** The style sheet of the console: one column, large touch targets, light and dark color schemes. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --card: #ffffff; --ink: #1b2129; --quiet: #5a6472; --line: #dde1e7;
  --accent: #1357c9; --on-accent: #ffffff; --good: #16693d; --busy: #7a5200; --bad: #b3261e; --on-bad: #ffffff;
  --good-ground: #e3f4ea; --busy-ground: #fdf1d6; --bad-ground: #fde8e6; --calm-ground: #eceff3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101318; --card: #191d24; --ink: #e8ebf0; --quiet: #9aa4b2; --line: #2c323c;
    --accent: #7eb0ff; --on-accent: #0c1524; --good: #7bdca6; --busy: #eec46a; --bad: #ff9a92; --on-bad: #2a0906;
    --good-ground: #15301f; --busy-ground: #33280f; --bad-ground: #3a1714; --calm-ground: #262c35;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere;
}
header.top { background: var(--card); border-bottom: 1px solid var(--line); }
header.top > div { max-width: 46rem; margin: 0 auto; padding: .5rem 1rem 0; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 1rem; }
.brand { font-weight: 650; letter-spacing: -.01em; color: inherit; text-decoration: none; display: inline-block; padding: .6rem 0; }
nav { flex-basis: 100%; display: flex; gap: 1.25rem; overflow-x: auto; }
nav a { color: var(--quiet); text-decoration: none; padding: .6rem 0; border-bottom: 3px solid transparent; white-space: nowrap; min-height: 2.75rem; }
nav a[aria-current] { color: var(--ink); border-color: var(--accent); font-weight: 600; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 3rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
footer { max-width: 46rem; margin: 0 auto; padding: 0 1rem 3rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
h1 { font-size: 1.25rem; line-height: 1.3; margin: .25rem 0 0; letter-spacing: -.01em; }
h2 { font-size: 1rem; margin: 0; }
p { margin: 0; }
a { color: var(--accent); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr); }
.card.final { box-shadow: inset .35rem 0 0 var(--bad); padding-left: 1.35rem; }
a.card { color: inherit; text-decoration: none; }
a.card:hover, a.card:focus-visible { border-color: var(--accent); }
.sentence { font-size: 1.0625rem; line-height: 1.45; font-weight: 550; }
.quiet { color: var(--quiet); }
.small { font-size: .875rem; }
.nowrap { white-space: nowrap; }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between; }
.chips { display: flex; flex-wrap: wrap; gap: .375rem; }
.chip { font-size: .8125rem; line-height: 1.3; padding: .2rem .55rem; border-radius: 1rem; background: var(--calm-ground); color: var(--ink); white-space: nowrap; }
.chip.good { background: var(--good-ground); color: var(--good); }
.chip.busy { background: var(--busy-ground); color: var(--busy); }
.chip.bad { background: var(--bad-ground); color: var(--bad); }
.chip.final { background: var(--bad); color: var(--on-bad); font-weight: 650; }
.chip.sandbox { background: none; border: 1px dashed var(--quiet); color: var(--quiet); padding: .1rem .5rem; }
dl { margin: 0; }
dl.about { display: grid; gap: .5rem; }
dl.about > div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: .75rem; }
dl.about dt { color: var(--quiet); }
dl.about dd, dl.facts dd { margin: 0; }
ul.targets, ol.log { list-style: none; margin: 0; padding: 0; display: grid; gap: 0; }
ul.targets > li, ol.log > li { padding: .6rem 0; border-top: 1px solid var(--line); display: grid; gap: .2rem; grid-template-columns: minmax(0, 1fr); }
ul.targets > li:first-child, ol.log > li:first-child { border-top: 0; padding-top: 0; }
ul.targets > li:last-child, ol.log > li:last-child { padding-bottom: 0; }
dl.facts { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; font-size: .9375rem; }
dl.facts > div { display: flex; flex-wrap: wrap; gap: .4rem; }
dl.facts dt { color: var(--quiet); }
.arrow { color: var(--quiet); }
code, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; }
.note { border-radius: .75rem; padding: .85rem 1rem; background: var(--busy-ground); color: var(--ink); display: grid; gap: .5rem; }
.note.bad { background: var(--bad-ground); }
.note.good { background: var(--good-ground); }
.note ul { margin: 0; padding-left: 1.2rem; }
form { display: grid; gap: .75rem; }
label { display: grid; gap: .25rem; font-size: .9375rem; color: var(--quiet); }
input, button, .button {
  font: inherit; min-height: 2.9rem; border-radius: .6rem; padding: .5rem .8rem; width: 100%;
}
input { border: 1px solid var(--quiet); background: var(--ground); color: var(--ink); }
button, .button { border: 1px solid transparent; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; text-align: center; text-decoration: none; display: inline-block; }
button.danger { background: var(--bad); color: var(--on-bad); }
button.plain, .button.plain { background: none; color: var(--accent); border-color: var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
details > summary { cursor: pointer; min-height: 2.75rem; display: flex; align-items: center; gap: .5rem; font-weight: 600; list-style: none; }
details > summary::-webkit-details-marker { display: none; }
details > summary::before { content: "▸"; color: var(--quiet); }
details[open] > summary::before { content: "▾"; }
details.card { display: block; padding-block: .35rem; }
details.card[open] { padding-bottom: 1rem; }
details.stop > summary { color: var(--bad); border: 1px solid var(--line); border-radius: 2rem; padding: 0 1rem; width: max-content; margin-left: auto; }
details.stop > summary::before { content: "■"; color: inherit; font-size: .7em; }
details.stop[open] > summary::before { content: "▾"; font-size: 1em; }
details.stop[open] { flex-basis: 100%; padding-bottom: .75rem; }
details.stop > form { padding-top: .75rem; }
@media (max-width: 30rem) {
  dl.about > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
}
@media (min-width: 46rem) {
  form.wide { grid-template-columns: 1fr 1fr; align-items: end; }
  form.wide > .all { grid-column: 1 / -1; }
  button, .button { width: auto; justify-self: start; padding-inline: 1.5rem; }
}
`;
